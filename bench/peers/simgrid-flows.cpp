/*
 * The closed workload of bench/sharing.ts on SimGrid (S4U): slots that run flows back to back over a two-level fat
 * tree, shared max-min fair (model CM02, no cross-traffic, no latency).
 *
 * Usage: simgrid-flows RACKS SLOTS LOCAL_PERCENT COMPLETIONS
 * Prints one line: simulated seconds, mean flow seconds, processor microseconds, resident KiB at the most. The processor
 * time is that of the run, from the start of the clock to the last counted completion; neither the platform nor the making of
 * the actors is in it.
 */
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <sys/resource.h>
#include <vector>

#include <simgrid/s4u.hpp>

namespace sg4 = simgrid::s4u;

namespace {

constexpr unsigned HOSTS_PER_RACK = 32;
constexpr unsigned SPINES = 8;
constexpr double LINK_BYTES_PER_SEC = 1.25e9;
constexpr double MEAN_BYTES = 1e7;

unsigned racks;
unsigned hosts;
unsigned localPercent;
unsigned wanted;
unsigned completed = 0;
double flowSeconds = 0;
double cpuMicrosBefore = 0;
std::vector<sg4::Host*> hostOf;

double cpuMicros() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

/* Marsaglia's xorshift32 (13, 17, 5). */
struct Chance {
  std::uint32_t state;
  explicit Chance(std::uint32_t slot) : state((slot + 1) * 2654435761U) {
    if (state == 0) state = 1;
    for (int step = 0; step < 8; step++) draw();
  }
  std::uint32_t draw() {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state;
  }
};

void finish() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::printf("%.12g %.12g %.0f %ld\n", sg4::Engine::get_clock(), flowSeconds / completed, cpuMicros() - cpuMicrosBefore,
              usage.ru_maxrss);
  std::fflush(stdout);
  /* Nothing is taken apart: the run is over, and only its cost was asked for. */
  std::_Exit(0);
}

/* Draws in this order: source, local or not, destination, size. */
void runSlot(unsigned slot) {
  Chance chance(slot);
  while (true) {
    const unsigned source = chance.draw() % hosts;
    const bool local = chance.draw() % 100 < localPercent;
    const unsigned rack = source / HOSTS_PER_RACK;
    const unsigned destination =
        local ? rack * HOSTS_PER_RACK + (source % HOSTS_PER_RACK + 1 + chance.draw() % (HOSTS_PER_RACK - 1)) % HOSTS_PER_RACK
              : (source + 1 + chance.draw() % (hosts - 1)) % hosts;
    const double bytes = std::floor(1 - MEAN_BYTES * std::log(1 - chance.draw() / 4294967296.0));
    const double started = sg4::Engine::get_clock();
    sg4::Comm::sendto(hostOf[source], hostOf[destination], static_cast<std::uint64_t>(bytes));
    flowSeconds += sg4::Engine::get_clock() - started;
    if (++completed == wanted) finish();
  }
}

std::pair<simgrid::kernel::routing::NetPoint*, simgrid::kernel::routing::NetPoint*>
makeHost(sg4::NetZone* zone, const std::vector<unsigned long>& /* place */, unsigned long id) {
  sg4::Host* host = zone->create_host("host-" + std::to_string(id), 1e9)->seal();
  hostOf[id] = host;
  return {host->get_netpoint(), nullptr};
}

} // namespace

int main(int argc, char* argv[]) {
  /* The settings stand here and not on the command line, so that nothing but the workload can differ. */
  std::vector<std::string> settings = {argv[0], "--cfg=network/model:CM02", "--cfg=network/crosstraffic:0",
                                       "--cfg=contexts/stack-size:16", "--cfg=contexts/guard-size:0",
                                       "--log=root.thresh:error"};
  std::vector<char*> arguments;
  for (auto& setting : settings) arguments.push_back(setting.data());
  int count = static_cast<int>(arguments.size());
  sg4::Engine engine(&count, arguments.data());
  if (argc != 5) {
    std::fprintf(stderr, "usage: simgrid-flows RACKS SLOTS LOCAL_PERCENT COMPLETIONS\n");
    return 2;
  }
  racks = std::atoi(argv[1]);
  const unsigned slots = std::atoi(argv[2]);
  localPercent = std::atoi(argv[3]);
  wanted = std::atoi(argv[4]);
  hosts = racks * HOSTS_PER_RACK;
  hostOf.resize(hosts);
  sg4::NetZone* zone = sg4::create_fatTree_zone("tree", nullptr, {2, {HOSTS_PER_RACK, racks}, {1, SPINES}, {1, 1}},
                                                {makeHost, {}, {}}, LINK_BYTES_PER_SEC, 0,
                                                sg4::Link::SharingPolicy::SPLITDUPLEX);
  zone->seal();
  for (unsigned slot = 0; slot < slots; slot++) sg4::Actor::create("slot", hostOf[slot % hosts], runSlot, slot);
  cpuMicrosBefore = cpuMicros();
  engine.run();
  std::fprintf(stderr, "the flows ended before %u had completed\n", wanted);
  return 1;
}
