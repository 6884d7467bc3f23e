#include "jobs.h"

int main(int argc, char **argv)
{
    struct jobs *jobs = jobs_open(16);
    if (!jobs)
        return 1;
    for (int i = 1; i < argc; i++)
        jobs_add(jobs, argv[i]);
    jobs_stop(jobs);
    int status = jobs_add(jobs, "summary"); // expect: send-on-closed-channel
    jobs_free(jobs);
    return status;
}
