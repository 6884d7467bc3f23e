#pragma once
void *decode(void *frame);
void *encode(void *frame);
