#ifndef TRACE_H
#define TRACE_H

int trace_open(const char *path);
void trace_close(void);

#endif
