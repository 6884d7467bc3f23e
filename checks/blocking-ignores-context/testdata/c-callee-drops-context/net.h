#pragma once
int net_receive(int fd, void *buffer, unsigned long size);
