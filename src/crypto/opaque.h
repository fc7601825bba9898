// Owners of OpenSSL objects that the headers of this room hold as members, so that those who
// include them do not see OpenSSL. Secrets inside are overwritten when they are freed.
#pragma once

#include <memory>

struct bignum_st;
struct ec_point_st;
struct evp_cipher_ctx_st;
struct evp_md_ctx_st;
struct evp_pkey_st;

namespace florin::crypto {

struct OpaqueFree {
  void operator()(bignum_st* number) const;
  void operator()(ec_point_st* point) const;
  void operator()(evp_cipher_ctx_st* context) const;
  void operator()(evp_md_ctx_st* context) const;
  void operator()(evp_pkey_st* key) const;
};

using BignumPtr = std::unique_ptr<bignum_st, OpaqueFree>;
using EcPointPtr = std::unique_ptr<ec_point_st, OpaqueFree>;
using CipherCtxPtr = std::unique_ptr<evp_cipher_ctx_st, OpaqueFree>;
using MdCtxPtr = std::unique_ptr<evp_md_ctx_st, OpaqueFree>;
using PkeyPtr = std::unique_ptr<evp_pkey_st, OpaqueFree>;

}  // namespace florin::crypto
