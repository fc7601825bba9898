#include <algorithm>
#include <map>

#include "base/bytes.h"
#include "base/limits.h"
#include "codec/dol.h"
#include "codec/tlv.h"
#include "crypto/equal.h"
#include "emv/apdu.h"
#include "emv/expiry.h"
#include "emv/numeric.h"
#include "emv/profile.h"
#include "emv/qualifiers.h"

namespace florin::emv {
namespace {

constexpr std::size_t kAnswerData = base::limits::kApduResponse - 2;
constexpr std::size_t kCommandData = 255;
constexpr std::size_t kAflBytes = 240;  // leaves room for AIP and template in the answer to GPO
constexpr std::size_t kPdolData = kCommandData - 3;  // template 83 and its length
// Template, AIP, CID, ATC, cryptogram, IAD and card transaction qualifiers (kernel 3).
constexpr std::size_t kCryptogramAnswer =
    3 + 4 + 4 + 5 + 11 + 3 + base::limits::kIssuerData + 5 + 2;
constexpr std::uint64_t kLargestAmount = 999'999'999'999;

// What the card answers by itself, in every transaction anew.
constexpr std::uint32_t kMadeByCard[] = {0x82, 0x94, 0x9F10, 0x9F26, 0x9F27, 0x9F36, 0x9F6C};

// The data objects of all records, by tag.
using Objects = std::map<std::uint32_t, ByteView>;

Error malformed(Literal text, std::int64_t detail = 0) { return {Code::kMalformed, text, detail}; }

bool same(ByteView a, ByteView b) { return crypto::equal(a, b); }

bool isDigits(std::string_view text, std::size_t size) {
  return text.size() == size &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Status checkFacts(const Profile& profile) {
  const auto printable = [](char c) { return c >= ' ' && c <= '~'; };
  if (profile.label.empty() || profile.label.size() > 16 ||
      !std::all_of(profile.label.begin(), profile.label.end(), printable)) {
    return malformed("profile label is not 1 to 16 printable characters");
  }
  if (profile.aid.size() < 5 || profile.aid.size() > 16) {
    return malformed("profile AID is not 5 to 16 bytes");
  }
  if (base::asText(profile.aid) == kPpseName) return malformed("profile AID is the directory's");
  if (profile.country == 0 || profile.country > 999) return malformed("profile has no country");
  if (profile.currency == 0 || profile.currency > 999) return malformed("profile has no currency");
  if (profile.psn > 99) return malformed("profile PSN is above 99");
  if (!isDigits(profile.dpanLastFour, 4)) return malformed("profile has no last four digits");
  if (!isExpiry(profile.expiry)) return malformed("profile expiry is not MMYY");
  if (profile.cvmLimit > kLargestAmount) return malformed("profile CVM limit is no amount");
  return {};
}

// The one template `tag` that is all of `bytes`.
Result<ByteView> onlyTemplate(ByteView bytes, std::uint32_t tag) {
  FLORIN_TRY_ASSIGN(const std::vector<codec::TlvView> objects, codec::decodeTlv(bytes));
  if (objects.size() != 1 || objects[0].tag != tag) return malformed("no such template", tag);
  return objects[0].value;
}

Status checkFci(const Profile& profile) {
  if (profile.fci.size() > kAnswerData) return Error(Code::kTooLarge, "profile FCI is too large");
  if (!codec::checkTlv(profile.fci).ok()) return malformed("profile FCI is no TLV");
  const auto fci = onlyTemplate(profile.fci, 0x6F);
  if (!fci.ok()) return malformed("profile FCI is not one template 6F");
  const auto name = codec::findTlv(*fci, {0x84});
  if (!name.ok() || !same(*name, profile.aid)) return malformed("profile FCI has another AID");
  const auto label = codec::findTlv(*fci, {0xA5, 0x50});
  if (!label.ok() || !same(*label, base::asBytes(profile.label))) {
    return malformed("profile FCI has another label");
  }
  const auto pdol = codec::findTlv(*fci, {0xA5, 0x9F38});
  const bool samePdol = pdol.ok() ? same(*pdol, profile.pdol) : profile.pdol.empty();
  if (!samePdol) return malformed("profile FCI has another PDOL");
  return {};
}

// CDOL1 or PDOL asks for all that is needed, each once and in its length.
Status checkCryptogramList(const std::vector<codec::DolEntry>& list,
                           std::span<const codec::DolEntry> needs) {
  for (const codec::DolEntry& needed : needs) {
    const auto named = std::ranges::count(list, needed.tag, &codec::DolEntry::tag);
    if (named == 0) return malformed("profile lists lack what the cryptogram covers", needed.tag);
    if (named > 1) return malformed("profile lists name a tag twice", needed.tag);
    if (std::ranges::find(list, needed) == list.end()) {
      return malformed("profile lists ask for another length", needed.tag);
    }
  }
  return {};
}

Status checkLists(const Profile& profile) {
  const auto pdol = codec::decodeDol(profile.pdol);
  if (!pdol.ok()) return malformed("profile PDOL is no list");
  if (codec::dolLength(*pdol) > kPdolData) {
    return Error(Code::kTooLarge, "profile PDOL asks for more than a command holds");
  }
  const auto cdol1 = codec::decodeDol(profile.cdol1);
  if (!cdol1.ok()) return malformed("profile CDOL1 is no list");
  if (codec::dolLength(*cdol1) > kCommandData) {
    return Error(Code::kTooLarge, "profile CDOL1 asks for more than a command holds");
  }
  switch (profile.kernel()) {
    case Kernel::k2: return checkCryptogramList(*cdol1, requiredTerminalData());
    case Kernel::k3: break;
  }
  if (!cdol1->empty()) return malformed("profile has a CDOL1 and needs none");
  FLORIN_TRY(checkCryptogramList(*pdol, requiredTerminalData()));
  return checkCryptogramList(*pdol, std::array{kTerminalQualifiers});
}

Status checkIad(const Profile& profile) {
  const auto data = decodeIssuerData(profile.iadTemplate);
  if (!data.ok()) return malformed("profile IAD template has another form");
  IssuerData empty;
  empty.scheme = profile.scheme;
  empty.masterKeyVersion = data->masterKeyVersion;
  if (data->scheme != profile.scheme) return malformed("profile IAD has another key scheme");
  if (!(*data == empty)) return malformed("profile IAD template is filled already");
  return {};
}

// Every record is named by the AFL and every name of the AFL has its record, in the same order.
Status checkAfl(const Profile& profile, std::vector<AflEntry>& afl) {
  if (profile.afl.size() > kAflBytes) return Error(Code::kTooLarge, "profile AFL is too large");
  FLORIN_TRY_ASSIGN(afl, decodeAfl(profile.afl));
  if (afl.empty()) return malformed("profile AFL is empty");
  std::size_t next = 0;
  for (const AflEntry& entry : afl) {
    for (unsigned number = entry.first; number <= entry.last; ++number, ++next) {
      if (next == profile.records.size()) return malformed("profile lacks a record of its AFL");
      const ProfileRecord& record = profile.records[next];
      if (record.sfi != entry.sfi || record.number != number) {
        return malformed("profile records are not those of its AFL", record.sfi);
      }
    }
  }
  if (next != profile.records.size()) return malformed("profile has a record outside its AFL");
  return {};
}

// The answer of kernel 3 names the card and whatever else there is room for.
Status collectOptions(const Profile& profile, Objects& objects) {
  if (profile.optionsData.size() + profile.afl.size() + kCryptogramAnswer > kAnswerData) {
    return Error(Code::kTooLarge, "profile answers its options with too much");
  }
  const auto found = codec::decodeTlv(profile.optionsData.expose());
  if (!found.ok()) return malformed("profile options are no TLV");
  for (const codec::TlvView& object : *found) {
    const auto* const made = std::ranges::find(kMadeByCard, object.tag);
    if (made != std::end(kMadeByCard)) return malformed("profile options are the card's to make");
    if (!objects.emplace(object.tag, object.value).second) {
      return malformed("profile options have an object twice", object.tag);
    }
  }
  return {};
}

Status collectObjects(const Profile& profile, Objects& objects) {
  FLORIN_TRY(collectOptions(profile, objects));
  for (const ProfileRecord& record : profile.records) {
    const ByteView content = record.content.expose();
    if (content.size() > kAnswerData) {
      return Error(Code::kTooLarge, "profile record is too large", record.number);
    }
    if (!codec::checkTlv(content).ok()) return malformed("profile record is no TLV", record.number);
    const auto inside = onlyTemplate(content, 0x70);
    if (!inside.ok()) return malformed("profile record is not one template 70", record.number);
    FLORIN_TRY_ASSIGN(const std::vector<codec::TlvView> found, codec::decodeTlv(*inside));
    for (const codec::TlvView& object : found) {
      if (!objects.emplace(object.tag, object.value).second) {
        return malformed("profile records have an object twice", object.tag);
      }
    }
  }
  return {};
}

// The DPAN of 5A and 57 is the one that the profile speaks of.
Status checkDpan(const Profile& profile, const Objects& objects) {
  const auto pan = objects.find(0x5A);
  if (pan == objects.end()) return malformed("profile records lack the DPAN");
  const auto digits = unpackDigits(pan->second);
  if (!digits.ok() || digits->size() < 12) return malformed("profile DPAN is no card number");
  const ByteView dpan = digits->expose();
  if (!same(dpan.last(4), base::asBytes(profile.dpanLastFour))) {
    return malformed("profile DPAN has other last digits");
  }
  const auto track2 = objects.find(0x57);
  if (track2 == objects.end()) return malformed("profile records lack track 2");
  const auto track2Pan = track2Digits(track2->second);
  if (!track2Pan.ok() || !same(track2Pan->expose(), dpan)) {
    return malformed("profile track 2 has another DPAN");
  }
  return {};
}

Status checkObjects(const Profile& profile, const Objects& objects) {
  const auto equals = [&objects](std::uint32_t tag, ByteView value) {
    const auto found = objects.find(tag);
    return found != objects.end() && same(found->second, value);
  };
  FLORIN_TRY(checkDpan(profile, objects));
  const bool listed = objects.count(0x8C) != 0;
  if (listed != (profile.kernel() == Kernel::k2) || (listed && !equals(0x8C, profile.cdol1))) {
    return malformed("profile records have another CDOL1");
  }
  if (!equals(0x5F34, bcd<1>(profile.psn))) return malformed("profile records have another PSN");
  if (!equals(0x5F28, bcd<2>(profile.country))) {
    return malformed("profile records have another country");
  }
  const auto expiry = objects.find(0x5F24);
  if (expiry == objects.end() || expiry->second.size() != 3) {
    return malformed("profile records lack the expiry");
  }
  const std::string date = base::toHex(expiry->second);
  if (date.substr(2, 2) + date.substr(0, 2) != profile.expiry) {
    return malformed("profile records have another expiry");
  }
  return {};
}

// AIP says what the terminal will look for (EMV Book 3, annex C1).
Status checkAip(const Profile& profile, const std::vector<AflEntry>& afl, const Objects& objects) {
  const auto has = [&objects](std::initializer_list<std::uint32_t> tags) {
    return std::all_of(tags.begin(), tags.end(),
                       [&](std::uint32_t tag) { return objects.count(tag) != 0; });
  };
  const std::uint8_t bits = profile.aip[0];
  const bool verification = (bits & kAipCardholderVerification) != 0;
  if (verification && !has({0x8E})) return malformed("profile AIP promises a CVM list");
  if (!verification && has({0x8E})) return malformed("profile has a CVM list that AIP denies");
  const bool dynamic = (bits & (kAipDda | kAipCda)) != 0;
  const bool any = dynamic || (bits & kAipSda) != 0;
  if (any && !has({0x8F, 0x90, 0x9F32})) return malformed("profile AIP promises an issuer key");
  if ((bits & kAipSda) != 0 && !has({0x93})) return malformed("profile AIP promises SDA");
  if (dynamic && !has({0x9F46, 0x9F47})) return malformed("profile AIP promises an ICC key");
  const bool authenticated = std::any_of(
      afl.begin(), afl.end(), [](const AflEntry& entry) { return entry.authenticated != 0; });
  if (any && !authenticated) return malformed("profile AFL authenticates nothing");
  if (!any && authenticated) return malformed("profile AFL authenticates what AIP denies");
  return {};
}

}  // namespace

Status checkProfile(const Profile& profile) {
  FLORIN_TRY(checkFacts(profile));
  FLORIN_TRY(checkFci(profile));
  FLORIN_TRY(checkLists(profile));
  FLORIN_TRY(checkIad(profile));
  std::vector<AflEntry> afl;
  FLORIN_TRY(checkAfl(profile, afl));
  Objects objects;
  FLORIN_TRY(collectObjects(profile, objects));
  FLORIN_TRY(checkObjects(profile, objects));
  return checkAip(profile, afl, objects);
}

}  // namespace florin::emv
