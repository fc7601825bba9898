// From nothing to a card. Kill it at any instant and run it again: it goes on where it stopped.
#include "get_card.h"

namespace example {

// inputsOf reads LANGUAGE, and fcm or hms with the token that the service gave.
Inputs inputsOf(int count, char** words) {
  Inputs inputs{"en", ""};
  if (count > 0) inputs.language = words[0];
  if (count > 2) {
    const bool hms = std::string_view(words[1]) == "hms";
    inputs.pushToken = pushTokenOf(hms ? PushService::kHms : PushService::kFcm, words[2]);
  }
  return inputs;
}

}  // namespace example

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fputs("usage: first_card FOLDER URL CA-FILE [LANGUAGE [fcm|hms TOKEN]] <<< 'PAN MMYY'\n",
               stderr);
    return 2;
  }
  example::OpenWallet wallet({argv[1], argv[2], argv[3]});
  if (!example::secureEnroll(*wallet)) return 1;
  if (!example::getCard(*wallet, example::inputsOf(argc - 4, argv + 4))) return 1;
  example::showCards(*wallet);
  return 0;
}
