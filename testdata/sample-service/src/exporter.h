/* Statistics as a text file, for whoever scrapes it. */
#ifndef JOBD_EXPORTER_H
#define JOBD_EXPORTER_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Lets no exception out. */
void exporter_write(size_t jobs, size_t journal_bytes);
/* A copy of the statistics, written in the background. */
void exporter_snapshot(const char *path);
/* Checks a journal while the service comes up; false when it holds a damaged record. */
int exporter_verify(const char *journal);

#ifdef __cplusplus
}
#endif
#endif
