/* The journal: every stored record, one line each, buffered. */
#ifndef JOBD_JOURNAL_H
#define JOBD_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

bool journal_open(const char *path);
void journal_append(unsigned long id, const char *topic, const char *text);
/* Bytes on disk. */
size_t journal_size(void);
/* Drops the journal's oldest half when it has grown past the limit. */
void journal_compact(size_t limit);
void journal_close(void);
const char *journal_path(void);

#ifdef __cplusplus
}
#endif
#endif
