/* Start-up of RISC-V boards; minstret counts instructions under QEMU's -icount. */
#include "board.h"
#include "board_config.h"
#include "semihosting.h"

extern uint32_t board_data_load[], board_data[], board_data_end[], board_bss[], board_bss_end[];
int main(void);
void board_start(void);

/* The three instructions mark a semihosting call and must not be compressed. */
intptr_t semihosting(intptr_t operation, intptr_t block) {
  register intptr_t a0 __asm__("a0") = operation;
  register intptr_t a1 __asm__("a1") = block;
  __asm__ volatile(
      ".balign 16\n\t"
      ".option push\n\t"
      ".option norvc\n\t"
      "slli x0, x0, 0x1f\n\t"
      "ebreak\n\t"
      "srai x0, x0, 7\n\t"
      ".option pop"
      : "+r"(a0)
      : "r"(a1)
      : "memory");
  return a0;
}

uint32_t board_ticks(void) {
  uint32_t count;
  __asm__ volatile("csrr %0, minstret" : "=r"(count));
  return count;
}
uint32_t board_instructions(uint32_t ticks) { return ticks / BOARD_TICKS * BOARD_INSTRUCTIONS; }

void board_start(void) {
  const uint32_t* from = board_data_load;
  uint32_t* to;
  for (to = board_data; to != board_data_end; ++to, ++from) *to = *from;
  for (to = board_bss; to != board_bss_end; ++to) *to = 0;
  board_paint_stack();
  (void)main();
  for (;;) continue;
}

__asm__(
    ".section .vectors, \"ax\"\n"
    ".globl board_entry\n"
    "board_entry:\n"
    "  .option push\n"
    "  .option norelax\n"
    "  la gp, __global_pointer$\n"
    "  .option pop\n"
    "  la sp, board_stack_top\n"
    "  j board_start\n"
    ".text\n");
