// The commands, one function each. They print their result and return why they failed.
#pragma once

#include "options.h"

namespace florin::apps {

Done walletInit(Console& console, const Options& options);
Done walletStatus(Console& console, const Options& options);
Done walletDigitize(Console& console, const Options& options);
Done walletVerify(Console& console, const Options& options);
Done walletEnroll(Console& console, const Options& options);
Done walletContinue(Console& console, const Options& options);
Done walletActivate(Console& console, const Options& options);
Done walletSync(Console& console, const Options& options);
Done walletCards(Console& console, const Options& options);
Done walletCardStatus(Console& console, const Options& options);
Done walletDefault(Console& console, const Options& options);
Done walletReplenish(Console& console, const Options& options);
Done walletSuspend(Console& console, const Options& options);
Done walletResume(Console& console, const Options& options);
Done walletDelete(Console& console, const Options& options);
Done walletLock(Console& console, const Options& options);
Done walletUnlock(Console& console, const Options& options);
Done walletListen(Console& console, const Options& options);
Done walletHistory(Console& console, const Options& options);
Done walletWipe(Console& console, const Options& options);
Done tap(Console& console, const Options& options);
Done card(Console& console, const Options& options);
Done authorize(Console& console, const Options& options);
Done reverse(Console& console, const Options& options);
Done demo(Console& console, const Options& options);

// Of issuers under development.
Done issuerPush(Console& console, const Options& options);
Done issuerSimulate(Console& console, const Options& options);

// Of acquirers.
Done exportAuthorities(Console& console, const Options& options);

// Of issuers and operators, by options.api.
Done cardShow(Console& console, const Options& options);
Done cardActivate(Console& console, const Options& options);
Done cardSuspend(Console& console, const Options& options);
Done cardResume(Console& console, const Options& options);
Done cardRenew(Console& console, const Options& options);
Done cardDelete(Console& console, const Options& options);

// Of operators.
Done tokenList(Console& console, const Options& options);
Done tokenCreate(Console& console, const Options& options);
Done tokenRevoke(Console& console, const Options& options);
Done operations(Console& console, const Options& options);
Done retryOperation(Console& console, const Options& options);
Done voidOperation(Console& console, const Options& options);
Done outbox(Console& console, const Options& options);
Done webhooks(Console& console, const Options& options);
Done searchCards(Console& console, const Options& options);
Done timelineOf(Console& console, const Options& options);
Done programs(Console& console, const Options& options);
Done issuers(Console& console, const Options& options);
Done walletProviders(Console& console, const Options& options);
Done audit(Console& console, const Options& options);
Done auditVerify(Console& console, const Options& options);
Done deviceShow(Console& console, const Options& options);
Done deviceFind(Console& console, const Options& options);
Done deviceSuspend(Console& console, const Options& options);
Done deviceResume(Console& console, const Options& options);
Done deviceRevoke(Console& console, const Options& options);
Done deviceWipe(Console& console, const Options& options);

}  // namespace florin::apps
