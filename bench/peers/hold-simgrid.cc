// The hold model on SimGrid: as many actors as events are pending, each of which sleeps. Arguments: PENDING WARM_UP EVENTS
// DELAYS_FILE. Prints one line of JSON (see rounds.ts).
#include <simgrid/s4u.hpp>
#include <sys/resource.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

namespace s4u = simgrid::s4u;

const uint32_t kStride = 40503;
std::vector<double> delays;
uint32_t mask = 0;
uint32_t cursor = 0;
uint32_t hash = 0;
uint64_t warm_up = 0;
uint64_t events = 0;
uint64_t done = 0;
double start = 0;
long bytes_before = 0;

/** Largest resident memory so far. */
long ResidentBytes() {
  rusage used;
  getrusage(RUSAGE_SELF, &used);
  return used.ru_maxrss * 1024;
}

double CpuSeconds() {
  rusage used;
  getrusage(RUSAGE_SELF, &used);
  return used.ru_utime.tv_sec + used.ru_stime.tv_sec + 1e-6 * (used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

void Finish() {
  const double used = CpuSeconds() - start;
  std::printf("{\"events\":%llu,\"cpuSeconds\":%.6f,\"hash\":\"%x\",\"bytes\":%ld}\n",
              static_cast<unsigned long long>(events), used, hash, ResidentBytes() - bytes_before);
  std::fflush(stdout);
  // Actors never end by themselves, and taking them down is nobody's question.
  std::_Exit(0);
}

void Sleeper(uint32_t id) {
  s4u::this_actor::sleep_for(delays[(id * kStride) & mask]);
  for (;;) {
    hash = hash * 31 + id;
    cursor = (cursor + kStride) & mask;
    done++;
    if (done == warm_up) start = CpuSeconds();
    if (done == warm_up + events) Finish();
    s4u::this_actor::sleep_for(delays[cursor]);
  }
}

bool ReadDelays(const char* path) {
  FILE* file = std::fopen(path, "rb");
  if (!file) return false;
  double delay;
  while (std::fread(&delay, sizeof delay, 1, file) == 1) delays.push_back(delay * 1e-9);
  std::fclose(file);
  mask = static_cast<uint32_t>(delays.size()) - 1;
  return !delays.empty() && (delays.size() & mask) == 0;
}

}  // namespace

int main(int argc, char** argv) {
  s4u::Engine engine(&argc, argv);
  if (argc != 5 || !ReadDelays(argv[4])) {
    std::fprintf(stderr, "usage: hold-simgrid PENDING WARM_UP EVENTS DELAYS_FILE\n");
    return 2;
  }
  auto* zone = s4u::create_full_zone("zone");
  auto* host = zone->create_host("host", 1e9);
  zone->seal();
  const uint32_t pending = std::strtoul(argv[1], nullptr, 10);
  warm_up = std::strtoull(argv[2], nullptr, 10);
  events = std::strtoull(argv[3], nullptr, 10);
  bytes_before = ResidentBytes();
  for (uint32_t id = 0; id < pending; id++) s4u::Actor::create("sleeper", host, Sleeper, id);
  engine.run();
  return 1;
}
