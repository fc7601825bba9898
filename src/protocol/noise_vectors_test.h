// Noise handshakes of the cacophony test vectors (public domain, Unlicense), as shipped with the
// snow project: the two handshake messages and four transport messages after the split.
#pragma once

#include <array>
#include <string_view>

namespace florin::protocol {

struct NoiseVector {
  std::string_view protocolName;
  std::string_view prologue;
  std::string_view psk;  // empty: none
  std::string_view initStatic;
  std::string_view respStatic;
  std::string_view initEphemeral;
  std::string_view respEphemeral;
  std::string_view handshakeHash;
  struct Message {
    std::string_view payload;
    std::string_view ciphertext;
  };
  std::array<Message, 6> messages;
};

inline constexpr NoiseVector kNoiseVectors[] = {
    {
        "Noise_NN_25519_AESGCM_SHA256",
        "4a6f686e2047616c74",
        "",
        "",
        "",
        "893e28b9dc6ca8d611ab664754b8ceb7bac5117349a4439a6b0569da977c464a",
        "bbdb4cdbd309f1a1f2e1456967fe288cadd6f712d65dc7b7793d5e63da6b375b",
        "6301958d25cd7d1ffe6ad7d0ca2ad284b4e478d9acd9198f7750432d225043d0",
        {{
            {"4c756477696720766f6e204d69736573",
             "ca35def5ae56cec33dc2036731ab14896bc4c75dbb07a61f879f8e3afa4c79444c75647769672076"
             "6f6e204d69736573"},
            {"4d757272617920526f746862617264",
             "95ebc60d2b1fa672c1f46a8aa265ef51bfe38e7ccb39ec5be34069f144808843934ff73eebb9d930"
             "ebf62b8e4db8133ca936872b5551efd7c9989c646d8cf0"},
            {"462e20412e20486179656b", "8d372b94914e80018211a344b8b1c5a2869492a0db46990c0362f3"},
            {"4361726c204d656e676572", "e183b0abd55550f9955fb05476d988c6f27628d7bbde111c39ccbc"},
            {"4a65616e2d426170746973746520536179",
             "167293a79ad6a647114c4f4eb55bdf713a0d44ae48765c07fc4e57743100825021"},
            {"457567656e2042f6686d20766f6e2042617765726b",
             "2b67a18ae246069c51687bee89141041d9d35a821f852975d169a4f80f75c735807a1fd157"},
        }},
    },
    {
        "Noise_NNpsk0_25519_AESGCM_SHA256",
        "4a6f686e2047616c74",
        "54686973206973206d7920417573747269616e20706572737065637469766521",
        "",
        "",
        "893e28b9dc6ca8d611ab664754b8ceb7bac5117349a4439a6b0569da977c464a",
        "bbdb4cdbd309f1a1f2e1456967fe288cadd6f712d65dc7b7793d5e63da6b375b",
        "9f3b1f9afd7767767b5b9d1069844a6154fdbdcc36dfb3e31c0fffc5c973d530",
        {{
            {"4c756477696720766f6e204d69736573",
             "ca35def5ae56cec33dc2036731ab14896bc4c75dbb07a61f879f8e3afa4c79447c37a89fc1781378"
             "8d30df2d59501d6066f5f8aecc3406bbd9829f2d24a531b1"},
            {"4d757272617920526f746862617264",
             "95ebc60d2b1fa672c1f46a8aa265ef51bfe38e7ccb39ec5be34069f1448088432f29d79368ef9de4"
             "e1ae7a362fb05bf0ad668e026bf5714554497b3a720461"},
            {"462e20412e20486179656b", "7c01e898a6201f36aecee532e29cd0b7f8ffa29d3366ad0dce39a6"},
            {"4361726c204d656e676572", "a9ff535aace3db6a1da1a7fb00fe2de2622bb373abad9fb42c00e0"},
            {"4a65616e2d426170746973746520536179",
             "6cfc49a3e65472edc2d0152abe5ce950170a8a47c959f30bd48b5f0aacf29adbfd"},
            {"457567656e2042f6686d20766f6e2042617765726b",
             "9bc86e6d974ed21ba04604a94aa68de21677eb409ead070c0cd569b069ee19ba142aa4c1a9"},
        }},
    },
    {
        "Noise_KKpsk0_25519_AESGCM_SHA256",
        "4a6f686e2047616c74",
        "54686973206973206d7920417573747269616e20706572737065637469766521",
        "e61ef9919cde45dd5f82166404bd08e38bceb5dfdfded0a34c8df7ed542214d1",
        "4a3acbfdb163dec651dfa3194dece676d437029c62a408b4c5ea9114246e4893",
        "893e28b9dc6ca8d611ab664754b8ceb7bac5117349a4439a6b0569da977c464a",
        "bbdb4cdbd309f1a1f2e1456967fe288cadd6f712d65dc7b7793d5e63da6b375b",
        "574508da75f9e5a1c25707190adc49e63c754ec27a4183d9e6acc312e076613a",
        {{
            {"4c756477696720766f6e204d69736573",
             "ca35def5ae56cec33dc2036731ab14896bc4c75dbb07a61f879f8e3afa4c79441f33bde990995eea"
             "7167375d6b68e2a7fa07887dd4f0f21023317d7b04fb0a67"},
            {"4d757272617920526f746862617264",
             "95ebc60d2b1fa672c1f46a8aa265ef51bfe38e7ccb39ec5be34069f144808843e3502578269a6317"
             "6a4e59632b20df3393996180e261048266e49c0c0d9240"},
            {"462e20412e20486179656b", "a08f4d4f142f605e9b30daa66784552576b30265889139b97f15cf"},
            {"4361726c204d656e676572", "5871e43af881754e8ba7def42a69c23bfc9f7d47c3c1009f8ed986"},
            {"4a65616e2d426170746973746520536179",
             "9e20a696864cb0e321197abcd721538c2155073c14313c3fa243a65fef13eb0e79"},
            {"457567656e2042f6686d20766f6e2042617765726b",
             "c4fa90a3f3e7524bdf5dce131ad0b67a0fa1eedd30f717a42596bef8f53d369b5dc94ce508"},
        }},
    },
};

}  // namespace florin::protocol
