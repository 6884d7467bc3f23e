// An interpreter keeps its innermost setjmp frame in its state: where there is one the jump lands in it, and what
// happens without one is the other branch. A jump that asks for no frame leaves the task.
#include <pthread.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdlib.h>

struct frame {
    struct frame *previous;
    jmp_buf buffer;
    volatile int status;
};

struct state {
    struct frame *frame;
    struct frame *last_resort;
    int top;
};

static void raise_error(struct state *state, int code)
{
    if (state->frame) {
        state->frame->status = code;
        longjmp(state->frame->buffer, 1);
    }
    exit(1);
}

static void raise_quietly(struct state *state)
{
    if (state->frame == NULL)
        return;
    longjmp(state->frame->buffer, 1);
}

static void raise_blindly(struct state *state)
{
    if (state->frame)
        longjmp(state->last_resort->buffer, 1);
}

int protect(struct state *state, void (*function)(struct state *))
{
    struct frame frame = {.previous = state->frame};
    state->frame = &frame;
    if (setjmp(frame.buffer) == 0)
        function(state);
    state->frame = frame.previous;
    return frame.status;
}

static void *run_script(void *arg)
{
    struct state *state = arg;
    if (state->top == 0)
        raise_error(state, 2);
    return NULL;
}

static void *run_quietly(void *arg)
{
    raise_quietly(arg);
    return NULL;
}

static void *run_blindly(void *arg)
{
    raise_blindly(arg);
    return NULL;
}

int main(void)
{
    static struct state state;
    pthread_t threads[3];
    pthread_create(&threads[0], NULL, run_script, &state); // expect: spawn-without-recover
    pthread_create(&threads[1], NULL, run_quietly, &state);
    pthread_create(&threads[2], NULL, run_blindly, &state); // expect: spawn-without-recover
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
}
