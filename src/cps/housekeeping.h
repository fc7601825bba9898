// Housekeeping erases what has had its time (D7 retention): codes that expired long ago,
// enrollments with what hangs on them, nonces whose tokens are over, cards that nobody fetched, the
// steps of digitizations, and notices to issuers.
#pragma once

#include "cps/backend.h"

namespace florin::cps {

struct Purged {
  std::size_t codes = 0;
  std::size_t enrollments = 0;
  std::size_t devices = 0;   // bound, but never active (D5): 523 from then on
  std::size_t captures = 0;  // nonces, pushed cards and counts of guesses that have expired
  std::size_t noticesParked = 0;
  std::size_t notices = 0;
  std::size_t steps = 0;
};

class Housekeeping {
 public:
  explicit Housekeeping(Backend& backend) : backend_(backend) {}

  // purge erases in batches of limits::kPurgeBatch, a unit of work each. An expired code stays as
  // long again as a code lives, so that its owner is told why it fails. An enrollment goes when
  // whatever it could become has had its time: limits::kAnsweredShareLifetime to be bound,
  // limits::kBoundLifetime to be active. A notice that waited for limits::kNoticeLifetime is
  // parked, whether anybody still carries it or not, and erased after limits::kNoticesKept.
  Result<Purged> purge();

 private:
  Result<std::size_t> purgeCodes();
  Result<std::size_t> purgeCaptures();
  Result<Purged> purgeNotices();
  Result<std::size_t> purgeSteps();
  Result<std::size_t> purgeEnrollments(Purged& purged);
  Status eraseEnrollment(ports::Unit& unit, const base::TenantId& tenant,
                         const base::EnrollmentId& id, Purged& purged);

  Backend& backend_;
};

}  // namespace florin::cps
