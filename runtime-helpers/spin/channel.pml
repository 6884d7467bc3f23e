/* The ring channel with its closed bit and its waiters, as src/ring.c, src/wait.c and src/select.c have them.
 *
 * Checked: nobody sleeps for ever (no invalid end state), and every message that was sent is received exactly once
 * by the time all have finished.  What the model leaves out: spinning, the copy, and the packing of lap and index
 * into one word: a slot is to be written at position p when its stamp is 2p, to be read when it is 2p + 1.
 * A queue's critical section is one atomic step, as its lock makes it; which waiter is picked is left open, so that
 * the result does not rest on the order of the queue.
 *
 *   NS, NR, MSG   senders, receivers, messages of each sender
 *   LATE          the closer waits until everything was received: a lost wake-up can't hide behind the close
 *   IMPATIENT     so many of the receivers, the first ones, may give up waiting at any moment
 *
 * Mutants, each of which must be caught:
 *   NONOTIFY      a send does not look for waiters
 *   NORECHECK     a waiter goes to sleep without looking once more after queueing up
 *   CLOSEBUG      the swap of the tail overlooks the closed bit
 *   STAMPEMPTY    "empty" is decided by the stamp of the slot, not by head and tail
 *   LOSTPICK      a waiter that was picked while giving up does not try what it was picked for
 *   CLOSEONE      the close wakes one receiver only
 */
#ifndef CAP
#define CAP 1
#endif
#ifndef NS
#define NS 2
#endif
#ifndef NR
#define NR 2
#endif
#ifndef MSG
#define MSG 1
#endif
#ifndef IMPATIENT
#define IMPATIENT 0
#endif
#define MARK 64
#define N    (NS + NR)

#define WAITING 0
#define PARKED  1
#define PICKED  2
#define ABORTED 3

byte head = 0, tail = 0, stamp[CAP];
byte state[N];
bool queued[N];              /* senders hang in the senders' queue, receivers in theirs */
byte senders = 0, receivers = 0; /* the queues' counts */
byte sent = 0, received = 0, finished = 0;

/* Picks a waiter of [from, to) that can still be had, if there is one; with which to begin is left open. */
inline wake_one(from, to, count)
{
    atomic {
        if :: k = 0 :: k = to - from - 1 fi;
        w = 0;
        do
        :: w == to - from -> break
        :: w < to - from && queued[from + (w + k) % (to - from)] && state[from + (w + k) % (to - from)] <= PARKED ->
           w = from + (w + k) % (to - from);
           queued[w] = false; count--; state[w] = PICKED;
           break
        :: else -> w++
        od;
        w = 0; k = 0
    }
}

inline notify(from, to, count)
{
    if
    :: count > 0 -> wake_one(from, to, count)
    :: else -> skip
    fi
}

/* result: 0 done, 1 would wait, 2 closed */
inline try_send(result)
{
    do
    :: t = tail;
       if
       :: t >= MARK -> result = 2; break
       :: else -> skip
       fi;
       q = stamp[t % CAP];
       won = false;
       if
       :: q == 2 * t ->
#ifdef CLOSEBUG
          atomic { if :: tail % MARK == t -> tail++; won = true :: else -> skip fi };
#else
          atomic { if :: tail == t -> tail++; won = true :: else -> skip fi };
#endif
          if
          :: won -> sent++; stamp[t % CAP] = 2 * t + 1;
#ifndef NONOTIFY
             notify(NS, N, receivers);
#endif
             result = 0; break
          :: else -> skip
          fi
       :: q < 2 * t -> if :: head + CAP == t -> result = 1; break :: else -> skip fi
       :: else -> skip
       fi
    od;
    atomic { won = false; q = 0; t = 0 }
}

inline try_recv(result)
{
    do
    :: h = head;
       q = stamp[h % CAP];
       won = false;
       if
       :: q == 2 * h + 1 ->
          atomic { if :: head == h -> head++; won = true :: else -> skip fi };
          if
          :: won -> stamp[h % CAP] = 2 * (h + CAP); notify(0, NS, senders); received++; result = 0; break
          :: else -> skip
          fi
       :: q == 2 * h ->
#ifdef STAMPEMPTY
          if :: tail >= MARK -> result = 2; break :: else -> result = 1; break fi
#else
          t = tail;
          if
          :: t % MARK == h -> if :: t >= MARK -> result = 2 :: else -> result = 1 fi; break
          :: else -> skip
          fi
#endif
       :: else -> skip
       fi
    od;
    atomic { won = false; q = 0; t = 0; h = 0 }
}

inline give_up(me)
{
    atomic { if :: state[me] <= PARKED -> state[me] = ABORTED :: else -> skip fi }
}

inline park(me, impatient)
{
    atomic { if :: state[me] == WAITING -> state[me] = PARKED :: else -> skip fi };
    if
    :: state[me] == PICKED -> skip
    :: impatient -> give_up(me); gone = true
    fi
}

inline leave(me, count)
{
    atomic { if :: queued[me] -> queued[me] = false; count-- :: else -> skip fi }
}

proctype sender(byte me)
{
    byte t, q, w, k, result, i = 0;
    bool won, ready, gone;
    do
    :: i == MSG -> break
    :: else ->
       try_send(result);
again: if
       :: result != 1 -> i++
       :: else ->
          state[me] = WAITING;
          atomic { queued[me] = true; senders++ };
          atomic { ready = (tail >= MARK || head + CAP != tail) };
#ifdef NORECHECK
          ready = false;
#endif
          if
          :: ready -> give_up(me)
          :: else -> park(me, false)
          fi;
          if :: state[me] == ABORTED -> leave(me, senders) :: else -> skip fi;
          try_send(result);
          goto again
       fi
    od;
    finished++
}

proctype receiver(byte me)
{
    byte t, h, q, w, k, result;
    bool won, ready, gone;
    do
    :: try_recv(result);
again: if
       :: result == 2 -> break
       :: result == 0 -> skip
       :: else ->
          state[me] = WAITING;
          gone = false;
          atomic { queued[me] = true; receivers++ };
          h = head;
          ready = (tail != h);
          h = 0;
#ifdef NORECHECK
          ready = false;
#endif
          if
          :: ready -> give_up(me)
          :: else -> park(me, me - NS < IMPATIENT)
          fi;
          if :: state[me] == ABORTED -> leave(me, receivers) :: else -> skip fi;
#ifdef LOSTPICK
          if :: gone -> break :: else -> skip fi;
#endif
          try_recv(result);
          if :: gone && result == 1 -> break :: else -> skip fi; /* timed out */
          goto again
       fi
    od;
    finished++
}

proctype closer()
{
    byte w, k, n;
#ifdef LATE
    received == NS * MSG;
#endif
    atomic { tail = tail + MARK };
    n = 0;
    do
#ifdef CLOSEONE
    :: n < 1 -> wake_one(NS, N, receivers); n++
#else
    :: n < NR -> wake_one(NS, N, receivers); n++
#endif
    :: else -> break
    od;
    n = 0;
    do
    :: n < NS -> wake_one(0, NS, senders); n++
    :: else -> break
    od;
    finished++
}

init
{
    byte i;
    atomic {
        i = 0; do :: i < CAP -> stamp[i] = 2 * i; i++ :: else -> break od;
        i = 0; do :: i < N -> state[i] = ABORTED; i++ :: else -> break od;
        i = 0; do :: i < NS -> run sender(i); i++ :: else -> break od;
        do :: i < N -> run receiver(i); i++ :: else -> break od;
        run closer()
    }
    finished == N + 1;
    assert(sent == received + (tail % MARK - head));
    assert(IMPATIENT > 0 || sent == received);
    assert(senders == 0 && receivers == 0)
}
