#ifndef SENSOR_H
#define SENSOR_H

/* A reading such as "21.5", in tenths. */
int sensor_read(const char *reading);

#endif
