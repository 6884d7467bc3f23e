/* Notes gathered while loading: made once each, sorted at the end, so that the database's order never shows. */
#ifndef COMPDB_NOTES_H
#define COMPDB_NOTES_H

#include "compdb/compdb.h"

void note_add(struct arena *arena, struct compdb *db, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* Sorts them and removes equal ones. */
void note_finish(struct compdb *db);

#endif
