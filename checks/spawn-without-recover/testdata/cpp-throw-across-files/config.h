#pragma once
#include <stdexcept>
#include <string>

void load(const std::string &path);
