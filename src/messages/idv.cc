#include "messages/idv.h"

#include <algorithm>
#include <limits>

#include "base/bytes.h"
#include "base/limits.h"
#include "codec/utf8.h"
#include "messages/json_time.h"

namespace florin::messages {
namespace {

namespace limits = base::limits;
using codec::JsonObject;
using codec::JsonReader;
using codec::JsonValue;

Result<std::string> readId(JsonReader& reader, Literal name) {
  FLORIN_TRY_ASSIGN(std::string id, reader.string(name, 1, limits::kIdvMethodId));
  const auto good = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           c == '-';
  };
  if (!std::ranges::all_of(id, good)) return Error(Code::kMalformed, "not an id of a method");
  return id;
}

Result<std::string> readShown(JsonReader& reader, Literal name, std::size_t least) {
  FLORIN_TRY_ASSIGN(std::string text, reader.string(name, least, limits::kDisplayName));
  if (!codec::isPrintable(text)) return Error(Code::kMalformed, "control character in a text");
  return text;
}

Result<IdvMethod> readMethod(const JsonValue& value) {
  JsonReader reader(value);
  IdvMethod method;
  FLORIN_TRY_ASSIGN(method.id, readId(reader, "id"));
  FLORIN_TRY_ASSIGN(method.type, readShown(reader, "type", 1));
  FLORIN_TRY_ASSIGN(method.value, readShown(reader, "value", 0));
  FLORIN_TRY_ASSIGN(method.otp, reader.boolean("otp"));
  FLORIN_TRY(reader.finish());
  return method;
}

std::string_view nameOf(IdvPhase phase) {
  switch (phase) {
    case IdvPhase::kMethodNotSelected: return "IDV_METHOD_NOT_SELECTED";
    case IdvPhase::kOtpNeeded: return "OTP_NEEDED";
    case IdvPhase::kIssuerNeeded: return "APP2APP_NEEDED";
    case IdvPhase::kActivated: break;
  }
  return "ACTIVATED";
}

Result<IdvPhase> readPhase(JsonReader& reader) {
  FLORIN_TRY_ASSIGN(const std::string text, reader.string("phase", 1, 32));
  for (const auto phase : {IdvPhase::kMethodNotSelected, IdvPhase::kOtpNeeded,
                           IdvPhase::kIssuerNeeded, IdvPhase::kActivated}) {
    if (text == nameOf(phase)) return phase;
  }
  return Error(Code::kMalformed, "unknown phase of ID&V");
}

}  // namespace

codec::JsonArray writeMethods(const std::vector<IdvMethod>& methods) {
  codec::JsonArray list;
  for (const IdvMethod& method : methods) {
    list.add(JsonObject()
                 .add("id", std::string_view(method.id))
                 .add("type", std::string_view(method.type))
                 .add("value", std::string_view(method.value))
                 .add("otp", method.otp));
  }
  return list;
}

Result<std::vector<IdvMethod>> readMethods(JsonReader& reader, Literal name) {
  FLORIN_TRY_ASSIGN(const auto values, reader.array(name, limits::kIdvMethods));
  std::vector<IdvMethod> methods;
  for (const JsonValue& value : values) {
    FLORIN_TRY_ASSIGN(IdvMethod method, readMethod(value));
    if (std::ranges::find(methods, method.id, &IdvMethod::id) != methods.end()) {
      return Error(Code::kMalformed, "two methods have one id");
    }
    methods.push_back(std::move(method));
  }
  if (methods.empty()) return Error(Code::kMalformed, "no method of ID&V");
  return methods;
}

std::string encodeChooseMethod(const ChooseMethod& choice) {
  return JsonObject()
      .add("method", std::string_view(choice.method))
      .add("choiceId", choice.choiceId)
      .text();
}

Result<ChooseMethod> decodeChooseMethod(std::string_view json) {
  FLORIN_TRY_ASSIGN(const JsonValue document, codec::parseJson(json));
  JsonReader reader(document);
  ChooseMethod choice;
  FLORIN_TRY_ASSIGN(choice.method, readId(reader, "method"));
  FLORIN_TRY_ASSIGN(choice.choiceId, reader.id<base::ChoiceId>("choiceId"));
  FLORIN_TRY(reader.finish());
  return choice;
}

SecretBytes encodeActivateCard(const ActivateCard& activate) {
  return JsonObject().addSecret("otp", activate.otp).secretText();
}

Result<ActivateCard> decodeActivateCard(const SecretBytes& json) {
  FLORIN_TRY_ASSIGN(const JsonValue document, codec::parseJson(base::asText(json.expose())));
  JsonReader reader(document);
  ActivateCard activate;
  FLORIN_TRY_ASSIGN(activate.otp, reader.secret("otp", 1, limits::kOtpMax));
  FLORIN_TRY(reader.finish());
  return activate;
}

std::string encodeIdvState(const IdvState& state) {
  JsonObject out;
  out.add("phase", nameOf(state.phase));
  if (state.phase == IdvPhase::kActivated) return out.text();
  out.add("methods", writeMethods(state.methods));
  if (state.phase == IdvPhase::kMethodNotSelected) return out.text();
  out.add("method", std::string_view(state.method));
  if (state.phase == IdvPhase::kIssuerNeeded) return out.text();
  return out.add("otpExpiresMs", base::toMs(state.otpExpires))
      .add("triesLeft", state.triesLeft)
      .text();
}

Result<IdvState> decodeIdvState(std::string_view json) {
  FLORIN_TRY_ASSIGN(const JsonValue document, codec::parseJson(json));
  JsonReader reader(document);
  IdvState state;
  FLORIN_TRY_ASSIGN(state.phase, readPhase(reader));
  if (state.phase != IdvPhase::kActivated) {
    FLORIN_TRY_ASSIGN(state.methods, readMethods(reader, "methods"));
  }
  if (state.phase == IdvPhase::kOtpNeeded || state.phase == IdvPhase::kIssuerNeeded) {
    FLORIN_TRY_ASSIGN(state.method, readId(reader, "method"));
  }
  if (state.phase == IdvPhase::kOtpNeeded) {
    FLORIN_TRY_ASSIGN(state.otpExpires, readTime(reader, "otpExpiresMs"));
    FLORIN_TRY_ASSIGN(const auto tries,
                      reader.integer("triesLeft", 0, std::numeric_limits<int>::max()));
    state.triesLeft = static_cast<std::uint32_t>(tries);
  }
  FLORIN_TRY(reader.finish());
  return state;
}

}  // namespace florin::messages
