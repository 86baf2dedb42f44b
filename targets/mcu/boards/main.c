/* Runs every sample of input.bin, writes the outputs to output.bin and reports the instructions. */
#include "board.h"
#include "snn.h"

static snn_state_t state;
static int8_t sample[SNN_INPUT_SIZE];

int main(void) {
  uint32_t samples = 0, least = UINT32_MAX, greatest = 0, thousands = 0, rest = 0;
  if (!board_open()) {
    board_exit(3);
    return 3;
  }
  snn_init(&state);
  while (board_read(sample, SNN_INPUT_SIZE)) {
    const uint32_t start = board_ticks();
    uint32_t count;
    snn_run(&state, sample);
    count = board_instructions(board_ticks() - start);
    board_write(snn_out(&state), SNN_OUTPUT_SIZE * sizeof(snn_output_t));
    if (count < least) least = count;
    if (count > greatest) greatest = count;
    rest += count % 1000u, thousands += count / 1000u + rest / 1000u, rest %= 1000u;
    ++samples;
  }
  board_report("samples", samples);
  board_report("instructions_least", least);
  board_report("instructions_greatest", greatest);
  board_report("instructions_thousands", thousands);
  board_report("instructions_rest", rest);
  board_report("stack_bytes", board_stack());
  board_exit(0);
  return 0;
}
