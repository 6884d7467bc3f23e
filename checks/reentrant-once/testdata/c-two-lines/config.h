#pragma once
#include <pthread.h>
extern pthread_once_t config_once;
void config_load(void);
void config_default(void);
void log_line(const char *text);
