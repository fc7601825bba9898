// From nothing to a card. Kill it at any instant and run it again: it goes on where it stopped.
#include "get_card.h"

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fputs("usage: first_card FOLDER URL CA-FILE [PUSH-TOKEN] <<< 'PAN MMYY'\n", stderr);
    return 2;
  }
  example::OpenWallet wallet({argv[1], argv[2], argv[3]});
  if (!example::secureEnroll(*wallet)) return 1;
  if (!example::getCard(*wallet, argc > 4 ? argv[4] : "")) return 1;
  example::showCards(*wallet);
  return 0;
}
