/* CMSDK timer: counts down from its reload value. Under QEMU's -icount it advances by a fixed
 * number of ticks an instruction. */
#include "board.h"
#include "board_config.h"
#include "semihosting.h"

#define TIMER ((volatile uint32_t*)BOARD_TIMER)
enum { CONTROL = 0, VALUE = 1, RELOAD = 2 };

void board_start_timer(void) {
  TIMER[RELOAD] = 0xFFFFFFFFu;
  TIMER[VALUE] = 0xFFFFFFFFu;
  TIMER[CONTROL] = 1;
}

uint32_t board_ticks(void) { return 0xFFFFFFFFu - TIMER[VALUE]; }
