// florin wallet history
#include "api_view.h"
#include "base/money.h"
#include "base/time.h"
#include "codec/json_writer.h"
#include "commands.h"
#include "conversations.h"
#include "wallet_view.h"

namespace florin::apps {
namespace {

std::string_view nameOf(TransactionStatus status) {
  switch (status) {
    case TransactionStatus::AUTHORIZED: return "AUTHORIZED";
    case TransactionStatus::DECLINED: return "DECLINED";
    case TransactionStatus::REVERSED: break;
  }
  return "REVERSED";
}

void show(Console& console, const std::vector<MGTransactionRecord>& records) {
  if (records.empty()) return console.line("No payment that this wallet may see.");
  TableRows rows;
  for (const MGTransactionRecord& one : records) {
    rows.push_back({utc(base::toMs(one.date)),
                    base::formatMoney({one.amountMinorUnits, one.currency}),
                    std::string(nameOf(one.status))});
  }
  console.table(rows);
}

codec::JsonArray json(const std::vector<MGTransactionRecord>& records) {
  codec::JsonArray list;
  for (const MGTransactionRecord& one : records) {
    list.add(codec::JsonObject()
                 .add("transactionId", std::string_view(one.transactionId))
                 .add("dateMs", base::toMs(one.date))
                 .add("amountMinorUnits", one.amountMinorUnits)
                 .add("currency", std::int64_t{one.currency})
                 .add("status", nameOf(one.status)));
  }
  return list;
}

}  // namespace

Done walletHistory(Console& console, const Options& options) {
  FLORIN_TRY_ASSIGN(const auto session, WalletSession::open({options.vault}));
  FLORIN_TRY_ASSIGN(const auto card, chosenCard(session->wallet(), options.card));
  FLORIN_TRY_ASSIGN(const auto records, history(*session, card.digitalCardId));
  show(console, records);
  console.result(codec::JsonObject()
                     .add("digitalCardId", std::string_view(card.digitalCardId))
                     .add("transactions", json(records)));
  return {};
}

}  // namespace florin::apps
