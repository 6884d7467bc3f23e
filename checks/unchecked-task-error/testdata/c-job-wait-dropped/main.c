#include <rh/go.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct upload {
    const char *path;
    rh_job *job;
};

static rh_error *upload_file(rh_ctx *ctx, void *arg)
{
    struct upload *upload = arg;
    (void)ctx;
    if (strlen(upload->path) > 100)
        return rh_error_new(36, "%s is too long a name", upload->path);
    printf("%s\n", upload->path);
    return NULL;
}

static int upload_start(struct upload *upload, const char *path)
{
    upload->path = path;
    return rh_go(NULL, upload_file, upload, &upload->job) == RH_OK ? 0 : -1;
}

static void upload_finish(struct upload *upload)
{
    rh_job_wait(upload->job, NULL, NULL); // expect: unchecked-task-error(status)
    rh_job_release(upload->job);
}

int main(int argc, char **argv)
{
    struct upload uploads[4];
    int count = 0;
    for (int i = 1; i < argc && count < 4; i++)
        if (!upload_start(&uploads[count], argv[i]))
            count++;
    for (int i = 0; i < count; i++)
        upload_finish(&uploads[i]);
    return EXIT_SUCCESS;
}
