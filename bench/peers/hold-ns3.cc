// The hold model on ns-3's simulator core: SCHEDULER PENDING WARM_UP EVENTS DELAYS_FILE.
// Prints one line of JSON (see rounds.ts).
#include <ns3/core-module.h>
#include <sys/resource.h>

#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

const uint32_t kStride = 40503;
std::vector<int64_t> delays;
uint32_t mask = 0;
uint32_t cursor = 0;
uint32_t hash = 0;
uint64_t left = 0;

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

void Hold(uint32_t id) {
  hash = hash * 31 + id;
  cursor = (cursor + kStride) & mask;
  ns3::Simulator::Schedule(ns3::NanoSeconds(delays[cursor]), &Hold, id);
  if (--left == 0) ns3::Simulator::Stop();
}

bool ReadDelays(const char* path) {
  FILE* file = std::fopen(path, "rb");
  if (!file) return false;
  double delay;
  while (std::fread(&delay, sizeof delay, 1, file) == 1) delays.push_back(static_cast<int64_t>(delay));
  std::fclose(file);
  mask = static_cast<uint32_t>(delays.size()) - 1;
  return !delays.empty() && (delays.size() & mask) == 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6 || !ReadDelays(argv[5])) {
    std::fprintf(stderr, "usage: hold-ns3 SCHEDULER PENDING WARM_UP EVENTS DELAYS_FILE\n");
    return 2;
  }
  ns3::ObjectFactory factory;
  factory.SetTypeId(std::string("ns3::") + argv[1]);
  ns3::Simulator::SetScheduler(factory);
  const uint32_t pending = std::strtoul(argv[2], nullptr, 10);
  const long before = ResidentBytes();
  for (uint32_t id = 0; id < pending; id++) {
    ns3::Simulator::Schedule(ns3::NanoSeconds(delays[(id * kStride) & mask]), &Hold, id);
  }
  left = std::strtoull(argv[3], nullptr, 10);
  ns3::Simulator::Run();
  const uint64_t events = std::strtoull(argv[4], nullptr, 10);
  left = events;
  const double start = CpuSeconds();
  ns3::Simulator::Run();
  const double used = CpuSeconds() - start;
  std::printf("{\"events\":%" PRIu64 ",\"cpuSeconds\":%.6f,\"hash\":\"%x\",\"bytes\":%ld}\n", events, used, hash,
              ResidentBytes() - before);
  std::fflush(stdout);
  // Taking a million events apart again is nobody's question.
  std::_Exit(0);
}
