// How the wallet's cards look, from the gateway.
#pragma once

#include "florin/gateway.h"
#include "wallet/core.h"

namespace florin::wallet {

class MetadataService : public MGCardMetadataService {
 public:
  explicit MetadataService(Core& core) : core_(core) {}

  void getCardMetadata(const std::string& digitalCardId,
                       std::shared_ptr<MGCardMetadataListener> listener) override;
  void getCardArt(const std::string& digitalCardId,
                  std::shared_ptr<MGCardArtListener> listener) override;

 private:
  Core& core_;
};

}  // namespace florin::wallet
