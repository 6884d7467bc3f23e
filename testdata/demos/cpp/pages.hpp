#pragma once

#include <string>
#include <vector>

// Throws std::runtime_error for a template that names an unknown variable.
std::string render(const std::string &page);
std::size_t render_all(const std::vector<std::string> &pages);
