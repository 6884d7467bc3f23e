#pragma once
int parse(const char *text);
