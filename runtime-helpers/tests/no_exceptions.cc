/* rh.hpp in a program without exceptions: compiled with -fno-exceptions -fno-rtti, as the oldest and newest
 * standard. */
#include <rh/rh.hpp>

int main()
{
    rh::thread([] { rh::panic(1, "without exceptions"); }).join();
    rh_panic_record record;
    return rh::recover([] { rh_panic(2, "here"); }, &record) == RH_PANIC && record.code == 2 ? 0 : 1;
}
