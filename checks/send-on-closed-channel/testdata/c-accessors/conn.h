struct conn {
    int fd;
    int log_fd;
};

int conn_fd(const struct conn *conn);
int conn_log_fd(const struct conn *conn);
void conn_close(struct conn *conn);
