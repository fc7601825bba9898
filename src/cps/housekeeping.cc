#include "cps/housekeeping.h"

#include <algorithm>

#include "base/limits.h"

namespace florin::cps {

namespace limits = base::limits;

Result<Purged> Housekeeping::purge() {
  Purged purged;
  for (std::size_t batch = limits::kPurgeBatch; batch == limits::kPurgeBatch;) {
    FLORIN_TRY_ASSIGN(batch, purgeCodes());
    purged.codes += batch;
  }
  for (std::size_t batch = limits::kPurgeBatch; batch == limits::kPurgeBatch;) {
    FLORIN_TRY_ASSIGN(batch, purgeEnrollments(purged));
  }
  for (std::size_t batch = limits::kPurgeBatch; batch >= limits::kPurgeBatch;) {
    FLORIN_TRY_ASSIGN(batch, purgeCaptures());
    purged.captures += batch;
  }
  for (std::size_t batch = limits::kPurgeBatch; batch == limits::kPurgeBatch;) {
    FLORIN_TRY_ASSIGN(const Purged round, purgeNotices());
    purged.noticesParked += round.noticesParked;
    purged.notices += round.notices;
    batch = std::max(round.noticesParked, round.notices);
  }
  for (std::size_t batch = limits::kPurgeBatch; batch == limits::kPurgeBatch;) {
    FLORIN_TRY_ASSIGN(batch, purgeSteps());
    purged.steps += batch;
  }
  if (purged.noticesParked > 0) {
    backend_.log.error("notice.parked_old",
                       {{"count", static_cast<std::int64_t>(purged.noticesParked)}});
  }
  backend_.log.info("housekeeping.done",
                    {{"codes", static_cast<std::int64_t>(purged.codes)},
                     {"enrollments", static_cast<std::int64_t>(purged.enrollments)},
                     {"devices", static_cast<std::int64_t>(purged.devices)},
                     {"captures", static_cast<std::int64_t>(purged.captures)},
                     {"notices", static_cast<std::int64_t>(purged.notices)},
                     {"steps", static_cast<std::int64_t>(purged.steps)}});
  return purged;
}

Result<Purged> Housekeeping::purgeNotices() {
  const base::Time now = backend_.clock.now();
  return backend_.store.write([&](ports::Unit& unit) -> Result<Purged> {
    Purged round;
    FLORIN_TRY_ASSIGN(round.noticesParked, unit.notices().parkOld(now - limits::kNoticeLifetime,
                                                                  now, limits::kPurgeBatch));
    FLORIN_TRY_ASSIGN(round.notices,
                      unit.notices().eraseOld(now - limits::kNoticesKept, limits::kPurgeBatch));
    return round;
  });
}

Result<std::size_t> Housekeeping::purgeSteps() {
  const base::Time before = backend_.clock.now() - limits::kDigitizationStepsKept;
  return backend_.store.write([&](ports::Unit& unit) {
    return unit.digitizationSteps().eraseOld(before, limits::kPurgeBatch);
  });
}

// A bound code belongs to an enrollment, which erases it.
Result<std::size_t> Housekeeping::purgeCodes() {
  const base::Time before = backend_.clock.now() - limits::kCodeLifetime;
  FLORIN_TRY_ASSIGN(const auto found, backend_.store.read([&](ports::Unit& unit) {
    return unit.codes().expiredBefore(before, limits::kPurgeBatch);
  }));
  if (found.empty()) return 0;
  const Status erased = backend_.store.write([&](ports::Unit& unit) -> Status {
    for (const records::ActivationCode& row : found) {
      FLORIN_TRY_ASSIGN(const auto now, unit.codes().find(row.tenant, row.walletId, row.codeRef));
      if (!now || now->expires >= before || now->state != records::CodeState::kOpen) continue;
      FLORIN_TRY(unit.codes().erase(row.tenant, row.walletId, row.codeRef));
    }
    return {};
  });
  if (!erased.ok()) return erased.error();
  return found.size();
}

Result<std::size_t> Housekeeping::purgeCaptures() {
  const base::Time now = backend_.clock.now();
  return backend_.store.write([&](ports::Unit& unit) -> Result<std::size_t> {
    FLORIN_TRY_ASSIGN(const auto nonces, unit.spentNonces().eraseExpired(now, limits::kPurgeBatch));
    FLORIN_TRY_ASSIGN(const auto pushed,
                      unit.pushSessions().eraseExpired(now, limits::kPurgeBatch));
    FLORIN_TRY_ASSIGN(const auto guesses, unit.panGuesses().eraseExpired(now, limits::kPurgeBatch));
    return nonces + pushed + guesses;
  });
}

Result<std::size_t> Housekeeping::purgeEnrollments(Purged& purged) {
  const base::Time before =
      backend_.clock.now() - limits::kAnsweredShareLifetime - limits::kBoundLifetime;
  FLORIN_TRY_ASSIGN(auto found, backend_.store.read([](ports::Unit& unit) {
    return unit.enrollments().oldest(limits::kPurgeBatch);
  }));
  std::erase_if(found, [&](const records::Enrollment& row) { return row.created >= before; });
  if (found.empty()) return 0;
  FLORIN_TRY_ASSIGN(const Purged batch,
                    backend_.store.write([&](ports::Unit& unit) -> Result<Purged> {
                      Purged counted;
                      for (const records::Enrollment& row : found) {
                        FLORIN_TRY(eraseEnrollment(unit, row.tenant, row.enrollmentId, counted));
                      }
                      return counted;
                    }));
  purged.enrollments += batch.enrollments;
  purged.devices += batch.devices;
  return found.size();
}

Status Housekeeping::eraseEnrollment(ports::Unit& unit, const base::TenantId& tenant,
                                     const base::EnrollmentId& id, Purged& purged) {
  FLORIN_TRY_ASSIGN(const auto row, unit.enrollments().find(tenant, id));
  if (!row) return {};
  ++purged.enrollments;
  if (row->state == records::EnrollmentState::kBound) {
    FLORIN_TRY(unit.codes().erase(tenant, row->walletId, row->codeRef));
    FLORIN_TRY_ASSIGN(const auto device, unit.devices().find(row->deviceId));
    // A device that enrolled before has cards: it stays, and so does its right to come back.
    if (device && device->state == records::DeviceState::kBound && device->epoch == 0) {
      FLORIN_TRY(unit.devices().erase(row->deviceId));
      ++purged.devices;
    }
  }
  return unit.enrollments().erase(tenant, id);
}

}  // namespace florin::cps
