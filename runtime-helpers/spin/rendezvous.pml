/* Two selects over the same two rendezvous channels, as src/rendezvous.c and src/select.c have them: each offers to
 * send on one and to receive from the other, so each channel has a counterpart.  The two (and, with THIRD, a plain
 * receiver on channel 0) look, queue up case by case, and sleep; whoever comes second claims the first.
 *
 * Checked: nobody sleeps for ever, nobody does two cases at once, and a channel's sends equal its receives.
 *
 * Mutants, each of which must be caught:
 *   NOABORT   queueing up does not look whether a counterpart waits already
 *   NOCLAIM   a counterpart is taken without compare-and-swap, though another channel may have picked it
 *   KEEPON    a select that finds a counterpart while queueing up goes to sleep instead of giving up and looking
 */
#define WAITING 0
#define PARKED  1
#define PICKED  2 /* settled; the claim and the hand-over are one step here, under the channel's lock */
#define ABORTED 3

#ifdef NOCLAIM
#define CLAIMABLE(p) (true)
#else
#define CLAIMABLE(p) (state[p] <= PARKED)
#endif

#ifdef THIRD
#define N 3
#else
#define N 2
#endif

byte state[N];
bool sends[6], receives[6]; /* [channel * 3 + process]: queued to send, to receive */
byte sent[2], got[2], done[N], finished = 0;

/* Claims any process but `me` queued on the other side of channel c, and does the exchange for both. */
inline take(c, sending, result)
{
    atomic {
        p = 0;
        do
        :: p == N -> break
        :: p < N && p != me && CLAIMABLE(p) && ((sending && receives[c * 3 + p]) || (!sending && sends[c * 3 + p])) -> break
        :: else -> p++
        od;
        if
        :: p < N ->
           state[p] = PICKED;
           if :: sending -> receives[c * 3 + p] = false :: else -> sends[c * 3 + p] = false fi;
           done[p]++; done[me]++;
           sent[c]++; got[c]++;
           result = true
        :: else -> result = false
        fi;
        p = 0
    }
}

inline look(c, sending, result)
{
    if
    :: atomic { (sending && ((receives[c * 3] && me != 0 && state[0] <= PARKED) ||
                             (receives[c * 3 + 1] && me != 1 && state[1] <= PARKED))) ||
                (!sending && ((sends[c * 3] && me != 0 && state[0] <= PARKED) ||
                              (sends[c * 3 + 1] && me != 1 && state[1] <= PARKED))) -> result = true }
    :: else -> result = false
    fi
}

inline queue_up(c, sending, ready)
{
    atomic {
        look(c, sending, ready);
#ifdef NOABORT
        ready = false;
#endif
        if
        :: !ready && sending -> sends[c * 3 + me] = true
        :: !ready && !sending -> receives[c * 3 + me] = true
        :: else -> skip
        fi
#ifdef KEEPON
        ; ready = false
#endif
    }
}

inline give_up()
{
    atomic { if :: state[me] <= PARKED -> state[me] = ABORTED :: else -> skip fi }
}

proctype selector(byte me; byte send_on; byte recv_on; bool both)
{
    byte p;
    bool ready;
    do
    :: done[me] > 0 -> break
    :: else ->
       ready = false;
       if :: both -> take(send_on, true, ready) :: else -> skip fi;
       if :: !ready -> take(recv_on, false, ready) :: else -> skip fi;
       if
       :: ready -> break
       :: else -> skip
       fi;
       state[me] = WAITING;
       if :: both -> queue_up(send_on, true, ready) :: else -> skip fi;
       if :: !ready -> queue_up(recv_on, false, ready) :: else -> skip fi;
       if
       :: ready -> give_up()
       :: else ->
          atomic { if :: state[me] == WAITING -> state[me] = PARKED :: else -> skip fi };
          state[me] == PICKED || finished == N - 1; /* sleeping alone is no fault of the protocol */
          give_up()
       fi;
       atomic { sends[send_on * 3 + me] = false };
       atomic { receives[recv_on * 3 + me] = false };
       if :: state[me] == PICKED -> break :: finished == N - 1 -> break :: else -> skip fi
    od;
    state[me] = ABORTED;
    finished++
}

init
{
    byte i;
    atomic {
        i = 0; do :: i < N -> state[i] = ABORTED; i++ :: else -> break od;
        run selector(0, 0, 1, true);
        run selector(1, 1, 0, true);
#ifdef THIRD
        run selector(2, 1, 0, false);
#endif
    }
    finished == N;
    assert(sent[0] == got[0] && sent[1] == got[1]);
    assert(done[0] <= 1 && done[1] <= 1);
    assert(sent[0] + sent[1] >= 1)
}
