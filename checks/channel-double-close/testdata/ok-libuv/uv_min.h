/* The part of uv.h that the tests need. */
#ifndef UV_MIN_H
#define UV_MIN_H
typedef struct uv_loop_s uv_loop_t;
typedef struct uv_handle_s {
    void *data;
    uv_loop_t *loop;
} uv_handle_t;
typedef struct uv_stream_s {
    void *data;
    uv_loop_t *loop;
} uv_stream_t;
typedef struct uv_tcp_s {
    void *data;
    uv_loop_t *loop;
    int fd;
} uv_tcp_t;
typedef struct uv_buf_t {
    char *base;
    unsigned long len;
} uv_buf_t;
typedef struct uv_write_s {
    void *data;
} uv_write_t;
typedef void (*uv_close_cb)(uv_handle_t *handle);
typedef void (*uv_write_cb)(uv_write_t *request, int status);
int uv_tcp_init(uv_loop_t *loop, uv_tcp_t *handle);
int uv_accept(uv_stream_t *server, uv_stream_t *client);
int uv_write(uv_write_t *request, uv_stream_t *handle, const uv_buf_t *buffers, unsigned count, uv_write_cb done);
void uv_close(uv_handle_t *handle, uv_close_cb done);
int uv_is_closing(const uv_handle_t *handle);
typedef struct uv_timer_s {
    void *data;
    uv_loop_t *loop;
} uv_timer_t;
typedef struct uv_async_s {
    void *data;
    uv_loop_t *loop;
} uv_async_t;
typedef void (*uv_async_cb)(uv_async_t *handle);
int uv_timer_init(uv_loop_t *loop, uv_timer_t *handle);
int uv_async_init(uv_loop_t *loop, uv_async_t *handle, uv_async_cb woken);
int uv_run(uv_loop_t *loop, int mode);
#endif
