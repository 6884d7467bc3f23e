#include "config.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SETTINGS_MAX 64

struct setting {
    char key[32];
    char value[128];
};

static struct setting settings[SETTINGS_MAX];
static int setting_count;
static pthread_once_t config_once = PTHREAD_ONCE_INIT;

static void config_add(const char *key, const char *value)
{
    struct setting *setting;

    if (setting_count == SETTINGS_MAX)
        return;
    setting = &settings[setting_count++];
    snprintf(setting->key, sizeof setting->key, "%s", key);
    snprintf(setting->value, sizeof setting->value, "%s", value);
}

/* `include NAME` is looked up below the configured directory ... */
static void include_path(char *path, size_t size, const char *name)
{
    snprintf(path, size, "%s/%s", config_get("config-dir", "/etc/jobd"), name);
}

static void config_read(FILE *file)
{
    char line[256], key[32], value[128];

    while (fgets(line, sizeof line, file) != NULL)
        if (sscanf(line, "%31s %127[^\n]", key, value) == 2)
            config_add(key, value);
}

/* ... which asks for a setting while the settings are still being read. */
static void config_include(const char *name)
{
    char path[256];
    FILE *file;

    include_path(path, sizeof path, name);
    file = fopen(path, "r");
    if (file == NULL)
        return;
    config_read(file);
    fclose(file);
}

static void config_load(void)
{
    const char *path = getenv("JOBD_CONFIG");
    const char *include = getenv("JOBD_INCLUDE");
    FILE *file;

    if (path == NULL)
        return;
    file = fopen(path, "r");
    if (file == NULL)
        return;
    config_read(file);
    fclose(file);
    if (include != NULL)
        config_include(include); // expect: reentrant-once
}

const char *config_get(const char *key, const char *fallback)
{
    pthread_once(&config_once, config_load);
    for (int i = 0; i < setting_count; i++)
        if (strcmp(settings[i].key, key) == 0)
            return settings[i].value;
    return fallback;
}

int config_get_int(const char *key, int fallback)
{
    const char *text = config_get(key, NULL);

    return text != NULL ? atoi(text) : fallback;
}
