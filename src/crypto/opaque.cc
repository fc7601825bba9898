#include "crypto/opaque.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>

namespace florin::crypto {

void OpaqueFree::operator()(bignum_st* number) const { BN_clear_free(number); }
void OpaqueFree::operator()(ec_point_st* point) const { EC_POINT_clear_free(point); }
void OpaqueFree::operator()(evp_cipher_ctx_st* context) const { EVP_CIPHER_CTX_free(context); }
void OpaqueFree::operator()(evp_md_ctx_st* context) const { EVP_MD_CTX_free(context); }
void OpaqueFree::operator()(evp_pkey_st* key) const { EVP_PKEY_free(key); }

}  // namespace florin::crypto
