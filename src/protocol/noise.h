// HandshakeState of Noise (revision 34, 5.3) for two-message patterns, generic over the DH: P-256
// for Florin (D6), 25519 so that the published vectors check the same code. The name of a protocol
// is "Noise_<pattern>_<dh>_AESGCM_SHA256".
#pragma once

#include <functional>
#include <optional>

#include "base/random.h"
#include "crypto/p256.h"
#include "crypto/x25519.h"
#include "protocol/noise_pattern.h"
#include "protocol/noise_state.h"

namespace florin::protocol {

// StaticKey is a private key that its holder never gives out: a platform keystore, an HSM, or a key
// in memory. agree gives the 32-byte DH output; kMalformed: not a point of the curve.
class StaticKey {
 public:
  virtual ~StaticKey() = default;
  [[nodiscard]] virtual Bytes publicPoint() const = 0;
  [[nodiscard]] virtual Result<SecretBytes> agree(ByteView peerPoint) const = 0;
};

// A Dh names a group with keys that live in memory: ephemeral ones.
template <class D>
concept Dh = requires(base::Random& random, const typename D::Key& key, ByteView point) {
  { D::kName } -> std::convertible_to<std::string_view>;
  { D::kPointSize } -> std::convertible_to<std::size_t>;
  { D::Key::generate(random) } -> std::same_as<typename D::Key>;
  { key.agree(point) } -> std::same_as<Result<SecretBytes>>;
};
struct DhP256 {
  static constexpr std::string_view kName = "P256";
  static constexpr std::size_t kPointSize = crypto::kP256Point;  // uncompressed; the output is x
  using Key = crypto::P256Key;
};
struct Dh25519 {
  static constexpr std::string_view kName = "25519";
  static constexpr std::size_t kPointSize = crypto::kX25519Size;
  using Key = crypto::X25519Key;
};

enum class NoiseRole : std::uint8_t { kInitiator, kResponder };

// NoiseInputs borrows all but the pattern during start; `localStatic` must outlive the handshake.
struct NoiseInputs {
  const NoisePattern& pattern;
  NoiseRole role;
  ByteView prologue;
  const StaticKey* localStatic = nullptr;  // patterns with known statics
  ByteView remoteStatic = {};              // likewise
  const SecretBytes* psk = nullptr;        // patterns with a psk: 32 bytes
};

// NoiseHandshake is one side before its next message. Writing and reading consume it, also when
// they fail: a handshake that failed is over.
template <Dh D>
class NoiseHandshake {
 public:
  struct Written;
  struct Read;
  struct Finished {
    Bytes handshakeHash;
    SecretBytes chainingKey;  // for keys derived from the handshake; not of Noise itself
    CipherState fromInitiator;
    CipherState fromResponder;
  };

  // start: kInvalidArgument when a key of the pattern is missing or has not its size.
  static Result<NoiseHandshake> start(const NoiseInputs& inputs);

  // write makes this side's next message. kTooLarge: over limits::kNoiseMessage. kWrongState: it is
  // the other side's turn, or all is said.
  Result<Written> write(ByteView payload, base::Random& random) &&;

  // writeWith is write for a payload that depends on the chaining key as this message leaves it: in
  // the last message that is the final one, and keys derived from it may be named in the payload.
  using MakePayload = std::function<Result<SecretBytes>(const SecretBytes& chainingKey)>;
  Result<Written> writeWith(const MakePayload& makePayload, base::Random& random) &&;

  // read takes the other side's next message and gives its payload. kTooLarge, kWrongState: as
  // write. kMalformed: shorter than its keys, or one is no point of the curve. kUnauthenticated: a
  // key, the psk, the prologue or a bit of the message is not what the other side had.
  Result<Read> read(ByteView message) &&;

  // finish splits; kWrongState before the last message.
  Result<Finished> finish() &&;

 private:
  NoiseHandshake(const NoiseInputs& inputs, SymmetricState symmetric);

  Status checkTurn(bool writing) const;
  Result<Bytes> writeTokens(base::Random& random);
  Result<Written> seal(Bytes message, ByteView payload) &&;
  Status writeToken(NoiseToken token, Bytes& message, base::Random& random);
  Status readToken(NoiseToken token, ByteView& rest);
  Status mixToken(NoiseToken token);

  const NoisePattern* pattern_;
  NoiseRole role_;
  const StaticKey* localStatic_;
  Bytes remoteStatic_;
  SecretBytes psk_;
  std::optional<typename D::Key> ephemeral_;
  Bytes remoteEphemeral_;
  SymmetricState symmetric_;
  std::size_t next_ = 0;  // index of the next message
};

template <Dh D>
struct NoiseHandshake<D>::Written {
  Bytes message;
  NoiseHandshake next;
};

template <Dh D>
struct NoiseHandshake<D>::Read {
  SecretBytes payload;
  NoiseHandshake next;
};

extern template class NoiseHandshake<DhP256>;
extern template class NoiseHandshake<Dh25519>;

}  // namespace florin::protocol
