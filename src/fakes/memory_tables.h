// MemoryTables holds the rows of MemoryStore, by the keys of sql/.
#pragma once

#include <string>
#include <tuple>

#include "fakes/memory_table.h"
#include "ports/store.h"

namespace florin::fakes {

struct MemoryTables {
  using InTenant = base::TenantId;
  using DeviceNumber = std::tuple<base::DeviceId, std::uint64_t>;

  Table<std::tuple<InTenant, base::WalletId>, records::Wallet> wallets;
  Table<std::tuple<InTenant, base::WalletId, Bytes>, records::ActivationCode> codes;
  Table<std::tuple<InTenant, base::EnrollmentId>, records::Enrollment> enrollments;
  Table<base::DeviceId, records::Device> devices;
  Table<DeviceNumber, records::Operation> operations;
  Table<DeviceNumber, records::RequestResult> results;
  Table<std::tuple<InTenant, base::TokenId>, records::Token> tokens;
  Table<std::tuple<base::TokenId, std::uint32_t, std::uint32_t>, records::PaymentKey> paymentKeys;
  Table<std::tuple<base::TokenId, std::uint32_t, std::uint32_t>, records::LimitedKey> limitedKeys;
  Table<base::TokenId, records::AtcWindow> atcWindows;
  Table<std::tuple<InTenant, std::string>, records::Authorization> authorizations;
  Table<std::tuple<InTenant, base::DigitalCardId>, records::DigitalCard> digitalCards;
  Table<std::tuple<InTenant, base::DigitalCardId>, records::StepUp> stepUps;
  Table<std::tuple<InTenant, Bytes>, records::SpentNonce> spentNonces;
  Table<std::tuple<InTenant, Bytes>, records::PushSession> pushSessions;
  Table<std::tuple<InTenant, Bytes>, records::PanGuesses> panGuesses;
  Table<Bytes, records::ApiToken> apiTokens;
  Table<std::tuple<base::DeviceId, base::DigitalCardId>, records::Push> pushes;
  Table<records::NoticePlace, records::Notice> notices;
  Table<std::tuple<InTenant, base::DigitalCardId>, std::uint64_t> noticeNumbers;
  Table<InTenant, std::uint64_t> noticesDropped;
  Table<std::tuple<InTenant, base::CorrelationId, std::uint64_t>, records::DigitizationStep>
      digitizationSteps;
  Table<std::uint64_t, records::AuditEntry> audit;
  Table<std::tuple<std::string, std::uint64_t>, records::AuditSeal> auditSeals;
  Table<std::string, Bytes> settings;
};

}  // namespace florin::fakes
