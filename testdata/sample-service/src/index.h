/* How many records each topic has. Fed by jobs, kept by a thread of its own. */
#ifndef JOBD_INDEX_H
#define JOBD_INDEX_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Reads the journal that is there already, then starts the indexing thread. */
void index_start(const char *journal);
void index_stop(void);
void index_add(unsigned long id, const char *topic, size_t size);
void index_add_record(const char *line);
size_t index_count(const char *topic);
/* The topics by number of records, separated by blanks. */
void index_topics(char *text, size_t size);

#ifdef __cplusplus
}
#endif
#endif
