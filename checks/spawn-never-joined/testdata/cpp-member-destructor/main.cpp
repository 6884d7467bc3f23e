#include "worker.hpp"

int main()
{
    Recorder recorder;
    Poller poller("localhost");
    poller.poll();
    return 0;
}
