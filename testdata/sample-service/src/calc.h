/* A calculator for `calc` jobs: integers, + - * / and brackets. */
#ifndef JOBD_CALC_H
#define JOBD_CALC_H

#include <stdbool.h>

bool calc(const char *text, long *result);

#endif
