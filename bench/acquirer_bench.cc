#include "acquirer_bench.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/running_atc.h"
#include "codec/json_writer.h"
#include "codec/tlv.h"
#include "emv/authorization_data.h"
#include "emv/key_derivation.h"
#include "emv/numeric.h"
#include "posix/file.h"
#include "softkeys/key_file.h"

namespace florin::bench {
namespace {

constexpr std::size_t kSmallFile = 64 * 1024;

Result<SecretBytes> dpanOf(const emv::Profile& profile) {
  for (const emv::ProfileRecord& record : profile.records) {
    const auto found = codec::findTlv(record.content.expose(), {0x70, 0x5A});
    if (found.ok()) return emv::unpackDigits(*found);
  }
  return Error(Code::kInternal, "a profile has no DPAN");
}

Result<emv::CryptogramRequest> makeRequest(const SecretBytes& masterKey,
                                           const emv::Profile& profile, std::uint32_t atc,
                                           base::Random& random) {
  emv::CryptogramRequest request;
  FLORIN_TRY_ASSIGN(request.dpan, dpanOf(profile));
  request.psn = profile.psn;
  request.expiry = profile.expiry;
  emv::CryptogramInput& input = request.input;
  input.amountAuthorised = emv::bcd<6>(1250);
  input.terminalCountry = emv::bcd<2>(276);
  input.currency = emv::bcd<2>(profile.currency);
  input.date = {0x26, 0x03, 0x31};
  random.fill(input.unpredictableNumber);
  input.aip = profile.aip;
  input.atc = base::atcOf(atc);
  FLORIN_TRY_ASSIGN(emv::IssuerData iad, emv::decodeIssuerData(profile.iadTemplate));
  iad.asked = iad.answered = emv::CryptogramType::kArqc;
  input.iad = emv::encodeIssuerData(iad);
  FLORIN_TRY_ASSIGN(const SecretBytes card, emv::iccMasterKey(masterKey, request.dpan, request.psn,
                                                              emv::MasterKeyOption::kB));
  request.cryptogram =
      emv::applicationCryptogram(emv::commonSessionKey(card, input.atc), emv::cryptogramData(input),
                                 emv::Mac::kRetailPadding2);
  return request;
}

}  // namespace

Result<Acquirer> Acquirer::open(const BackendProcess& backend) {
  FLORIN_TRY_ASSIGN(Bytes file, posix::readFile(backend.file("custody.keys"), kSmallFile));
  FLORIN_TRY_ASSIGN(softkeys::KeyFile keys,
                    softkeys::decodeKeyFile(SecretBytes::take(std::move(file))));
  const auto found =
      std::ranges::find(keys.issuerMasterKeys, "K2", &softkeys::IssuerMasterKey::program);
  if (found == keys.issuerMasterKeys.end()) return Error(Code::kNotFound, "no key of program K2");
  FLORIN_TRY_ASSIGN(const Bytes token, posix::readFile(backend.file("acquirer.token"), kSmallFile));
  return Acquirer(std::move(found->key), std::string(base::asText(token)));
}

Status Acquirer::authorize(const World& world, Client& client, EnrolledDevice& device) const {
  FLORIN_TRY_ASSIGN(const emv::CryptogramRequest request,
                    makeRequest(masterKey_, device.profile(), device.useAtc(), world.random));
  const SecretBytes emv = emv::encodeCryptogramRequest(request);
  const std::string body = codec::JsonObject().addHex("emv", emv.expose()).text();
  FLORIN_TRY_ASSIGN(const Bytes answer,
                    client.post("/tsp/v1/authorizations",
                                {{"authorization", "Bearer " + token_},
                                 {"content-type", "application/json"},
                                 {"idempotency-key", base::toHex(world.random.bytes(16))}},
                                base::asBytes(body)));
  const bool approved =
      base::asText(answer).find("\"outcome\":\"approved\"") != std::string_view::npos;
  return approved ? Status() : Error(Code::kInternal, "a payment was declined");
}

}  // namespace florin::bench
