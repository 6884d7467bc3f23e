#pragma once
struct conn {
    int fd, errors;
};
void conn_drop(struct conn *conn);
int conn_reply(struct conn *conn, const char *text, unsigned long size);
