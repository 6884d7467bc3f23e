#include <cstdio>
#include <thread>
#include <vector>

#include "channels.hpp"

struct Tile {
    int x, y;
};

class Renderer {
public:
    explicit Renderer(unsigned workers) : tiles_(256)
    {
        for (unsigned i = 0; i < workers; ++i)
            workers_.emplace_back(&Renderer::render, this);
    }
    ~Renderer()
    {
        for (auto &worker : workers_)
            worker.join(); // related: channel-never-closed
        tiles_.close(); // related: channel-never-closed
    }
    void add(Tile tile)
    {
        tiles_.push(tile);
    }

private:
    void render()
    {
        Tile tile;
        while (tiles_.pop(tile) == boost::fibers::channel_op_status::success) // expect: channel-never-closed
            std::printf("%d,%d\n", tile.x, tile.y);
    }
    boost::fibers::buffered_channel<Tile> tiles_;
    std::vector<std::thread> workers_;
};

int main()
{
    Renderer renderer(4);
    for (int i = 0; i < 64; ++i)
        renderer.add({i % 8, i / 8});
}
