// The child's panic ends the child; the parent asks for its record.
#include <cstdio>
#include <cstring>
#include <stdexcept>

#include <rh/rh.hpp>

int main()
{
    rh::thread child([] { throw std::runtime_error("in the child"); });
    auto handle = child.native_handle();
    child.join();
    rh_panic_record record;
    if (rh_thread_record(handle, &record) != RH_OK)
        return 1;
    std::printf("the parent knows: %s\n", record.message);
    return std::strcmp(record.message, "in the child") == 0 ? 0 : 1;
}
