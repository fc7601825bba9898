#include "tsp/card_keys.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/limits.h"

namespace florin::tsp {
namespace {

constexpr std::size_t kRid = 5;
constexpr std::size_t kLeastPrefix = 6;  // digits of a program's range, at least
// The certificates of the issuers' keys are the same whenever they are made: nothing is stored.
constexpr std::string_view kIssuerExpiry = "1249";
constexpr std::array<std::uint8_t, 3> kIssuerSerial = {0, 0, 1};
constexpr auto kAfterFailure = std::chrono::seconds(5);

Result<emv::RecoveryPublicKey> keyOf(ports::KeyCustody& custody,
                                     const ports::Certifier& certifier) {
  FLORIN_TRY_ASSIGN(ports::RsaPublicKey key, custody.certifierKey(certifier));
  return emv::RecoveryPublicKey{std::move(key.modulus), std::move(key.exponent)};
}

emv::BlockSigner signerOf(ports::KeyCustody& custody, const ports::Certifier& certifier) {
  return [&custody, certifier](ByteView block) { return custody.certify(certifier, block); };
}

Result<emv::KeyCertificate> certifyIssuer(ports::KeyCustody& custody, const CardAuthority& of,
                                          std::string_view prefix) {
  const ports::Certifier authority{of.program, ports::CertifierKey::kAuthority};
  return emv::certifyIssuerKey(signerOf(custody, authority), of.key.modulus.size(), prefix,
                               {std::string(kIssuerExpiry), kIssuerSerial, of.issuer.key});
}

Result<CardAuthority> authorityFor(ports::KeyCustody& custody, const Program& program) {
  const std::string& name = program.card.name;
  const ports::Certifier authority{name, ports::CertifierKey::kAuthority};
  const ports::Certifier issuer{name, ports::CertifierKey::kIssuer};
  CardAuthority made{
      name, base::toBytes(ByteView(program.card.aid).first(kRid)), {}, program.dpanPrefix, {}};
  FLORIN_TRY_ASSIGN(made.key, keyOf(custody, authority));
  FLORIN_TRY_ASSIGN(made.issuer.authorityIndex, custody.authorityIndex(name));
  FLORIN_TRY_ASSIGN(made.issuer.key, keyOf(custody, issuer));
  made.issuer.sign = signerOf(custody, issuer);
  FLORIN_TRY_ASSIGN(made.issuer.certificate, certifyIssuer(custody, made, made.prefix));
  return made;
}

}  // namespace

Result<std::unique_ptr<CardKeys>> CardKeys::make(ports::KeyCustody& custody,
                                                 const Catalog& catalog) {
  std::vector<CardAuthority> authorities;
  for (const Program& program : catalog.programs()) {
    if (!program.card.offlineAuthentication) continue;
    FLORIN_TRY_ASSIGN(CardAuthority made, authorityFor(custody, program));
    authorities.push_back(std::move(made));
  }
  return std::unique_ptr<CardKeys>(new CardKeys(custody, std::move(authorities)));
}

const CardAuthority* CardKeys::authorityOf(std::string_view program) const {
  const auto found = std::ranges::find(authorities_, program, &CardAuthority::program);
  return found == authorities_.end() ? nullptr : &*found;
}

Result<emv::IssuerCredentials> CardKeys::credentialsFor(std::string_view program,
                                                        const SecretBytes& dpan) {
  const CardAuthority* const authority = authorityOf(program);
  if (authority == nullptr) return Error(Code::kNotFound, "the program has no card authority");
  emv::IssuerCredentials issuer = authority->issuer;
  const std::string_view digits = base::asText(dpan.expose());
  if (digits.starts_with(authority->prefix)) return issuer;
  FLORIN_TRY_ASSIGN(issuer.certificate,
                    certifyIssuer(custody_, *authority, digits.substr(0, kLeastPrefix)));
  return issuer;
}

Result<ports::CardRsaKey> CardKeys::take() {
  {
    const std::lock_guard lock(mutex_);
    if (!stock_.empty()) {
      ports::CardRsaKey key = std::move(stock_.back());
      stock_.pop_back();
      taken_.notify_one();
      return key;
    }
  }
  return custody_.makeCardKey();
}

void CardKeys::keepStocked(const std::stop_token& stop, Log& log) {
  if (authorities_.empty()) return;
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    taken_.wait(lock, stop, [this] { return stock_.size() < base::limits::kCardKeysInStock; });
    if (stop.stop_requested()) return;
    lock.unlock();
    auto key = custody_.makeCardKey();
    lock.lock();
    if (key.ok()) {
      stock_.push_back(std::move(*key));
      continue;
    }
    log.error("card_keys.not_made", {{"error", key.error()}});
    taken_.wait_for(lock, stop, kAfterFailure, [] { return false; });
  }
}

}  // namespace florin::tsp
