#include "handlers.h"

#include "calc.h"
#include "index.h"
#include "journal.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* `store TOPIC TEXT` */
static void handle_store(struct job *job)
{
    char topic[32], text[JOB_TEXT_MAX];

    if (sscanf(job->text, "%31s %511[^\n]", topic, text) != 2) {
        snprintf(job->answer, sizeof job->answer, "usage: store TOPIC TEXT");
        return;
    }
    journal_append(job->id, topic, text);
    index_add(job->id, topic, strlen(text));
    snprintf(job->answer, sizeof job->answer, "stored %lu", job->id);
}

/* `import RECORD`: a record as another jobd wrote it. */
static void handle_import(struct job *job)
{
    index_add_record(job->text);
    snprintf(job->answer, sizeof job->answer, "imported");
}

/* `count TOPIC` */
static void handle_count(struct job *job)
{
    snprintf(job->answer, sizeof job->answer, "%zu", index_count(job->text));
}

/* `topics` */
static void handle_topics(struct job *job)
{
    index_topics(job->answer, sizeof job->answer);
}

/* `hash TEXT`: FNV-1a */
static void handle_hash(struct job *job)
{
    uint64_t hash = 14695981039346656037u;

    for (const char *at = job->text; *at != '\0'; at++)
        hash = (hash ^ (unsigned char)*at) * 1099511628211u;
    snprintf(job->answer, sizeof job->answer, "%016llx", (unsigned long long)hash);
}

/* `calc EXPRESSION` */
static void handle_calc(struct job *job)
{
    long result;

    if (calc(job->text, &result))
        snprintf(job->answer, sizeof job->answer, "%ld", result);
    else
        snprintf(job->answer, sizeof job->answer, "that is no expression");
}

static const struct verb verbs[] = {
    {"store", handle_store}, {"import", handle_import}, {"count", handle_count},
    {"topics", handle_topics}, {"hash", handle_hash}, {"calc", handle_calc},
};

const struct verb *verb_find(const char *name)
{
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        if (strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
    return NULL;
}
