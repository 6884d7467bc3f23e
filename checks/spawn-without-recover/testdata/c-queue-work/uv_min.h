/* The part of uv.h that the test needs. */
typedef struct uv_loop_s uv_loop_t;
typedef struct uv_work_s {
    void *data;
} uv_work_t;
typedef void (*uv_work_cb)(uv_work_t *req);
typedef void (*uv_after_work_cb)(uv_work_t *req, int status);
int uv_queue_work(uv_loop_t *loop, uv_work_t *req, uv_work_cb work_cb, uv_after_work_cb after_work_cb);
