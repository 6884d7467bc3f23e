#ifndef AUDIT_H
#define AUDIT_H

int audit_open(const char *path);
int audit_start(void);

#endif
