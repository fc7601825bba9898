// `florin-bench enroll`: florind under N devices that enroll and fetch their first card.
#pragma once

namespace florin::bench {

// runEnroll takes what stands behind `enroll` and gives the exit status.
int runEnroll(int argc, char** argv);

}  // namespace florin::bench
