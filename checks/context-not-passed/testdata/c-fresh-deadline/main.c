// The deadline hangs below nothing: whoever cancels the request waits for it all the same.
#include <rh/io.h>

rh_status read_header(rh_ctx *request, int fd, char *header, size_t size)
{
    size_t got;
    rh_ctx *deadline = rh_ctx_with_timeout(NULL, 30000000000); // related: context-not-passed
    if (!deadline)
        return RH_ENOMEM;
    rh_status status = rh_read(deadline, fd, header, size, &got); // expect: context-not-passed
    if (status == RH_OK)
        status = rh_write(deadline, fd, header, got, NULL);
    rh_ctx_release(deadline);
    return status == RH_OK ? rh_ctx_status(request) : status;
}
