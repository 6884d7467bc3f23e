#include <rh/group.h>
#include <stdio.h>
#include <string.h>

struct mail {
    char to[64];
    int priority;
};

static rh_group *mailers;

static rh_error *deliver(rh_ctx *ctx, void *arg)
{
    const struct mail *mail = arg;
    (void)ctx;
    printf("%s %d\n", mail->to, mail->priority);
    return NULL;
}

/* The group is waited for at the end of the program; the mail ends here. */
static rh_status send_mail(const char *to, int priority)
{
    struct mail mail = {.priority = priority};
    strncpy(mail.to, to, sizeof mail.to - 1);
    return rh_group_go(mailers, deliver, &mail); // expect: spawn-captures-stack
}

/* The group of the caller, who has nothing of this function's stack. */
static rh_status send_two(rh_group *group)
{
    static struct mail first = {.to = "a"};
    struct mail second = {.to = "b"};
    rh_status status = rh_group_go(group, deliver, &first);
    return status == RH_OK ? rh_group_go(group, deliver, &second) : status; // expect: spawn-captures-stack
}

int main(int argc, char **argv)
{
    mailers = rh_group_new(NULL, 0);
    if (!mailers || send_mail(argv[argc - 1], 1) != RH_OK || send_two(mailers) != RH_OK)
        return 1;
    return rh_group_wait(mailers) != RH_OK;
}
