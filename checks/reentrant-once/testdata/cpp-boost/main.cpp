#include "boost_min.hpp"

#include <map>
#include <string>

namespace {
class registry {
  public:
    static registry &get()
    {
        boost::call_once(made_, [] { instance_ = new registry; }); // expect: reentrant-once
        return *instance_;
    }
    void add(const std::string &name, int value) { values_[name] = value; }
    int count() const { return static_cast<int>(values_.size()); }

  private:
    registry();
    std::map<std::string, int> values_;
    static boost::once_flag made_;
    static registry *instance_;
};
boost::once_flag registry::made_ = BOOST_ONCE_INIT;
registry *registry::instance_;

void add_defaults()
{
    registry::get().add("workers", 4);
}

registry::registry()
{
    add_defaults();
}
} // namespace

int main()
{
    return registry::get().count();
}
