#include "exhaustive.h"

namespace florin::sim {
namespace {

constexpr std::uint64_t kSeedsOfDamage = 4;  // each damages another place of the message

bool damages(Fate fate) {
  return fate == Fate::kRequestCut || fate == Fate::kReplyCut || fate == Fate::kRequestCorrupt ||
         fate == Fate::kReplyCorrupt;
}

void live(Run& run) {
  run.actAll(0);
  run.party(0).app->cards.push_back({panOf(0, 1), {}, {}});
  run.actAll(0);
  run.settle();
}

}  // namespace

std::string describe(const Point& point) {
  const std::string at = " " + std::to_string(point.nth) + " fault " + std::to_string(point.fault) +
                         " seed " + std::to_string(point.seed);
  switch (point.where) {
    case Point::Where::kDeviceWrite: return "device write" + at;
    case Point::Where::kBackendWrite: return "backend write" + at;
    case Point::Where::kMessage:
      return "message " + std::to_string(point.nth) + " " + nameOf(static_cast<Fate>(point.fault)) +
             " seed " + std::to_string(point.seed);
    case Point::Where::kKill: return "kill at message" + at;
    case Point::Where::kLostAndKill: return "reply lost and backend killed at message" + at;
  }
  return "unknown";
}

std::vector<Point> allPoints(const Material& material, StoreKind store) {
  Run counted(
      material,
      {.seed = 1, .store = store, .suite = messages::Suite::kS1, .broken = {}, .trace = nullptr});
  const std::size_t backendBefore = counted.backend().faults().writes();
  counted.addWallet(1);
  live(counted);
  const std::size_t deviceWrites = counted.party(0).device->disk.writes();
  const std::size_t backendWrites = counted.backend().faults().writes() - backendBefore;
  const std::size_t messages = counted.network().messages();

  std::vector<Point> points;
  const auto add = [&](Point::Where where, std::size_t count, unsigned faults) {
    for (std::size_t nth = 1; nth <= count; ++nth) {
      for (unsigned fault = 1; fault < faults; ++fault) {
        const bool many = where == Point::Where::kMessage && damages(static_cast<Fate>(fault));
        for (std::uint64_t seed = 1; seed <= (many ? kSeedsOfDamage : 1); ++seed) {
          points.push_back({where, nth, fault, seed});
        }
      }
    }
  };
  add(Point::Where::kDeviceWrite, deviceWrites, kDiskFaults);
  add(Point::Where::kBackendWrite, backendWrites, kStoreFaults);
  add(Point::Where::kMessage, messages, kFates);
  for (std::size_t nth = 1; nth <= messages; ++nth) {
    for (unsigned moment = 0; moment < 3; ++moment) {
      points.push_back({Point::Where::kKill, nth, moment, 1});
    }
    points.push_back({Point::Where::kLostAndKill, nth, 0, 1});
  }
  return points;
}

Outcome tryPoint(const Material& material, const Settings& settings, const Point& point) {
  Settings own = settings;
  own.seed = point.seed;
  Run run(material, own);
  const bool ofDevice = point.where == Point::Where::kDeviceWrite;
  run.addWallet(1, ofDevice ? point.nth : 0, static_cast<DiskFault>(ofDevice ? point.fault : 0));
  switch (point.where) {
    case Point::Where::kDeviceWrite: break;
    case Point::Where::kBackendWrite:
      run.backend().faults().plan(point.nth, static_cast<StoreFault>(point.fault));
      break;
    case Point::Where::kMessage: run.planMessage(point.nth, static_cast<Fate>(point.fault)); break;
    case Point::Where::kLostAndKill:
      run.planMessage(point.nth, Fate::kReplyLost);
      run.killAt(point.nth, Run::Moment::kBackendServed);
      break;
    case Point::Where::kKill: run.killAt(point.nth, static_cast<Run::Moment>(point.fault)); break;
  }
  live(run);
  return run.outcome();
}

}  // namespace florin::sim
